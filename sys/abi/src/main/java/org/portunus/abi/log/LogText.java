// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.log;

import java.nio.charset.StandardCharsets;

/**
 * Escaping of text that others wrote. What could move a cursor, hide or reorder text, or end a line
 * becomes {@code \n}, {@code \t}, {@code \r}, {@code \e} or {@code \}{@code u{HEX}}; a backslash
 * becomes two.
 */
public final class LogText {
  private LogText() {}

  /** The text without anything that a terminal or a line reader acts on. */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(point -> append(out, point));
    return out.toString();
  }

  private static void append(StringBuilder out, int point) {
    switch (point) {
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\t' -> out.append("\\t");
      case '\r' -> out.append("\\r");
      case 0x1b -> out.append("\\e");
      default -> {
        if (isHarmless(point)) {
          out.appendCodePoint(point);
        } else {
          out.append("\\u{").append(Integer.toHexString(point)).append('}');
        }
      }
    }
  }

  private static boolean isHarmless(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /**
   * Undoes {@link #escape}.
   *
   * @throws IllegalArgumentException for text that escape never makes
   */
  public static String unescape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char kind = at < text.length() ? text.charAt(at++) : 0;
      switch (kind) {
        case '\\' -> out.append('\\');
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'e' -> out.append('\u001b');
        case 'u' -> {
          int end = text.indexOf('}', at);
          if (end < 0 || text.charAt(at) != '{') {
            throw new IllegalArgumentException("broken escape at " + at);
          }
          out.appendCodePoint(Integer.parseInt(text.substring(at + 1, end), 16));
          at = end + 1;
        }
        default -> throw new IllegalArgumentException("unknown escape at " + at);
      }
    }
    return out.toString();
  }

  /** The longest start of an escaped text that fits, with " [cut]" behind it if it was longer. */
  static String cut(String escaped, int maxBytes) {
    if (escaped.getBytes(StandardCharsets.UTF_8).length <= maxBytes) {
      return escaped;
    }
    String mark = " [cut]";
    int room = maxBytes - mark.length();
    int end = 0;
    int used = 0;
    while (end < escaped.length()) {
      int next = unitEnd(escaped, end);
      int size = escaped.substring(end, next).getBytes(StandardCharsets.UTF_8).length;
      if (used + size > room) {
        break;
      }
      used += size;
      end = next;
    }
    return escaped.substring(0, end) + mark;
  }

  /** The end of the character or whole escape that starts here. */
  private static int unitEnd(String escaped, int at) {
    if (escaped.charAt(at) != '\\') {
      return at + Character.charCount(escaped.codePointAt(at));
    }
    return escaped.charAt(at + 1) == 'u' ? escaped.indexOf('}', at) + 1 : at + 2;
  }
}
