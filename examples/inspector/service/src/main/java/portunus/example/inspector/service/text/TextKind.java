// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.text;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Tells kinds of text from each other and from other bytes, by the rule of file(1): text has no
 * control characters but white space, bell, backspace and escape.
 */
public enum TextKind {
  PLAIN,
  HTML,
  XML,
  BINARY;

  /** How much of a document the rule looks at. */
  public static final int LOOKED_AT = 1 << 20;

  private static final int MARKUP_HEAD = 2048;

  /** The kind of what begins with these bytes. */
  public static TextKind of(byte[] head) {
    boolean utf16 =
        head.length >= 2
            && ((head[0] == (byte) 0xfe && head[1] == (byte) 0xff)
                || (head[0] == (byte) 0xff && head[1] == (byte) 0xfe));
    if (!utf16 && hasControls(head)) {
      return BINARY;
    }
    int length = Math.min(head.length, MARKUP_HEAD);
    String start =
        new String(head, 0, length, utf16 ? StandardCharsets.UTF_16 : StandardCharsets.ISO_8859_1);
    return markup(start.startsWith("\u00ef\u00bb\u00bf") ? start.substring(3) : start);
  }

  private static TextKind markup(String start) {
    String text = start.stripLeading();
    String lower = withoutPrologue(text).toLowerCase(Locale.ROOT);
    if (lower.matches("(?s)<!doctype\\s+html\\s*(>|public\\s).*")
        || (!text.startsWith("<?xml") && lower.matches("(?s)<(html|head|body|title|h1)[\\s>].*"))) {
      return HTML;
    }
    boolean named = lower.startsWith("<!doctype svg");
    boolean spaced =
        lower.matches("(?s)<[a-z][\\w:.-]*+(\\s+[\\w:.-]+\\s*=\\s*[\"'].*|\\s*/?>.*)")
            && lower.contains("xmlns");
    return text.startsWith("<?xml") || named || spaced ? XML : PLAIN;
  }

  /** What follows the XML declaration, processing instructions and comments. */
  private static String withoutPrologue(String text) {
    String rest = text;
    while (rest.startsWith("<!--") || rest.startsWith("<?")) {
      String mark = rest.startsWith("<?") ? "?>" : "-->";
      int end = rest.indexOf(mark);
      if (end < 0) {
        return rest;
      }
      rest = rest.substring(end + mark.length()).stripLeading();
    }
    return rest;
  }

  private static boolean hasControls(byte[] head) {
    for (byte one : head) {
      boolean allowed =
          (one >= 7 && one <= 13) || one == 27 || (one >= 32 && one != 127) || one < 0;
      if (!allowed) {
        return true;
      }
    }
    return false;
  }
}
