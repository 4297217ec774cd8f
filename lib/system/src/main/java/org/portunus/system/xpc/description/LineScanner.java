// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.description;

import org.portunus.abi.wire.MalformedFrameException;

/** Reads one line of a description from left to right. */
final class LineScanner {
  /** Lists, maps and optionals, one inside the other. */
  private static final int MAX_DEPTH = 32;

  private final String line;
  private final int number;
  private int at;

  /**
   * @param number of the line, from 1, for messages
   */
  LineScanner(String line, int number) {
    this.line = line;
    this.number = number;
  }

  MalformedFrameException wrong(String reason) {
    return new MalformedFrameException(
        "description, line %d, column %d: %s".formatted(number, at + 1, reason));
  }

  /** What stands before the next sign of the grammar; may be empty. */
  String word() {
    int from = at;
    while (at < line.length() && " :?(),<>#".indexOf(line.charAt(at)) < 0) {
      at++;
    }
    return line.substring(from, at);
  }

  void expect(char sign) throws MalformedFrameException {
    if (at == line.length() || line.charAt(at) != sign) {
      throw wrong("'" + sign + "' is missing");
    }
    at++;
  }

  boolean accept(String text) {
    if (!line.startsWith(text, at)) {
      return false;
    }
    at += text.length();
    return true;
  }

  void end() throws MalformedFrameException {
    if (at != line.length()) {
      throw wrong("the line is too long");
    }
  }

  int number(int most) throws MalformedFrameException {
    String digits = word();
    if (!digits.matches("0|[1-9][0-9]{0,4}") || Integer.parseInt(digits) > most) {
      throw wrong("not a number up to " + most);
    }
    return Integer.parseInt(digits);
  }

  Type.Named named() throws MalformedFrameException {
    expect('#');
    return new Type.Named(number(Description.MAX_DEFINITIONS - 1));
  }

  Type type() throws MalformedFrameException {
    return type(0);
  }

  private Type type(int depth) throws MalformedFrameException {
    if (depth == MAX_DEPTH) {
      throw wrong("nested more than " + MAX_DEPTH + " deep");
    }
    if (line.startsWith("#", at)) {
      return named();
    }
    String word = word();
    return switch (word) {
      case "list" -> new Type.ListOf(inside(depth));
      case "optional" -> new Type.OptionalOf(inside(depth));
      case "map" -> {
        expect('<');
        Type key = type(depth + 1);
        expect(',');
        Type value = type(depth + 1);
        expect('>');
        yield new Type.MapOf(key, value);
      }
      default -> scalar(word);
    };
  }

  private Type inside(int depth) throws MalformedFrameException {
    expect('<');
    Type type = type(depth + 1);
    expect('>');
    return type;
  }

  private Type scalar(String word) throws MalformedFrameException {
    for (Type.Scalar scalar : Type.Scalar.values()) {
      if (scalar.word().equals(word)) {
        return scalar;
      }
    }
    throw wrong("unknown type");
  }
}
