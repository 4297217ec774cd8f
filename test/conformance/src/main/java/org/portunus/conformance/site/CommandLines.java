// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.site;

import java.util.ArrayList;
import java.util.List;

/** Reads commands as far as it takes to know which program gets which words. No shell. */
final class CommandLines {
  private CommandLines() {}

  /** The commands of lines, each as its words; comments are left out, continued lines joined. */
  static List<List<String>> of(List<String> lines) {
    List<List<String>> commands = new ArrayList<>();
    StringBuilder whole = new StringBuilder();
    for (String line : lines) {
      if (line.endsWith("\\")) {
        whole.append(line, 0, line.length() - 1).append(' ');
        continue;
      }
      read(whole.append(line).toString(), commands);
      whole.setLength(0);
    }
    read(whole.toString(), commands);
    return commands;
  }

  private static void read(String line, List<List<String>> commands) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i <= line.length(); i++) {
      char c = i == line.length() ? '\n' : line.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
        word.append(c);
      } else if (c == '\'' || c == '"') {
        quote = c;
        word.append(c);
      } else if (c == '#' && word.isEmpty()) {
        break;
      } else if (";&|".indexOf(c) >= 0 && !isInBrackets(line, i)) {
        end(words, word);
        commands.add(List.copyOf(words));
        words.clear();
      } else if (Character.isWhitespace(c)) {
        end(words, word);
      } else {
        word.append(c);
      }
    }
    end(words, word);
    commands.add(List.copyOf(words));
    commands.removeIf(List::isEmpty);
  }

  private static void end(List<String> words, StringBuilder word) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  /** Whether a bar stands between alternatives, as in {@code [--a|--b]} or {@code a|b}. */
  private static boolean isInBrackets(String line, int at) {
    return line.charAt(at) == '|'
        && at > 0
        && at + 1 < line.length()
        && !Character.isWhitespace(line.charAt(at - 1))
        && !Character.isWhitespace(line.charAt(at + 1));
  }
}
