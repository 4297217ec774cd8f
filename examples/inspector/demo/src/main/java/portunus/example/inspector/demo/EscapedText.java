// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

/** File names and messages come from anybody; a terminal must not obey them. */
final class EscapedText {
  private EscapedText() {}

  /**
   * The text with control, format and line separator characters, unpaired surrogates and
   * backslashes written as Java escapes.
   */
  static String of(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints().forEach(point -> append(escaped, point));
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int point) {
    switch (point) {
      case '\n' -> escaped.append("\\n");
      case '\r' -> escaped.append("\\r");
      case '\t' -> escaped.append("\\t");
      case '\\' -> escaped.append("\\\\");
      default -> {
        if (isHarmless(point)) {
          escaped.appendCodePoint(point);
        } else {
          for (char c : Character.toChars(point)) {
            escaped.append("\\u%04x".formatted((int) c));
          }
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
}
