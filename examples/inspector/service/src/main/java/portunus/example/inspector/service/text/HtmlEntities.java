// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.text;

import java.util.Map;

/** The character entities that matter for words; every other named one is a letter of its word. */
public final class HtmlEntities {
  private static final int UNKNOWN_LETTER = 0xfffd;
  private static final Map<String, Integer> NAMED =
      Map.ofEntries(
          Map.entry("amp", (int) '&'),
          Map.entry("lt", (int) '<'),
          Map.entry("gt", (int) '>'),
          Map.entry("quot", (int) '"'),
          Map.entry("apos", (int) '\''),
          Map.entry("nbsp", 0xa0),
          Map.entry("ensp", 0x2002),
          Map.entry("emsp", 0x2003),
          Map.entry("thinsp", 0x2009),
          Map.entry("copy", 0xa9),
          Map.entry("reg", 0xae),
          Map.entry("ndash", 0x2013),
          Map.entry("mdash", 0x2014),
          Map.entry("hellip", 0x2026),
          Map.entry("lsquo", 0x2018),
          Map.entry("rsquo", 0x2019),
          Map.entry("ldquo", 0x201c),
          Map.entry("rdquo", 0x201d),
          Map.entry("auml", 0xe4),
          Map.entry("ouml", 0xf6),
          Map.entry("uuml", 0xfc),
          Map.entry("Auml", 0xc4),
          Map.entry("Ouml", 0xd6),
          Map.entry("Uuml", 0xdc),
          Map.entry("szlig", 0xdf),
          Map.entry("eacute", 0xe9),
          Map.entry("egrave", 0xe8),
          Map.entry("agrave", 0xe0),
          Map.entry("ccedil", 0xe7));

  private HtmlEntities() {}

  /** What stands between {@code &} and {@code ;} as a code point; 0 for what is no entity. */
  public static int character(String name) {
    if (name.isEmpty() || name.equals("#")) {
      return 0;
    }
    return name.charAt(0) == '#' ? numeric(name) : NAMED.getOrDefault(name, UNKNOWN_LETTER);
  }

  private static int numeric(String name) {
    boolean hex = name.length() > 1 && (name.charAt(1) == 'x' || name.charAt(1) == 'X');
    String digits = name.substring(hex ? 2 : 1);
    if (digits.isEmpty() || digits.length() > 7 || Character.digit(digits.charAt(0), 16) < 0) {
      return 0;
    }
    for (int i = 0; i < digits.length(); i++) {
      if (Character.digit(digits.charAt(i), hex ? 16 : 10) < 0) {
        return 0;
      }
    }
    int point = Integer.parseInt(digits, hex ? 16 : 10);
    return Character.isValidCodePoint(point) ? point : UNKNOWN_LETTER;
  }
}
