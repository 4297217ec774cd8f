// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service;

import java.nio.charset.StandardCharsets;
import portunus.example.inspector.service.text.TextKind;

/** What a document is, told from its first bytes and never from a name. */
enum DocumentKind {
  HOOK,
  PDF,
  PNG,
  JPEG,
  GIF,
  BMP,
  ZIP,
  GZIP,
  HTML,
  XML,
  TEXT,
  UNKNOWN;

  private static final int PDF_JUNK = 1024;

  static DocumentKind of(byte[] head) {
    if (starts(head, Hook.MARK)) {
      return HOOK;
    }
    if (starts(head, "%PDF-")) {
      return PDF;
    }
    if (starts(head, "\u0089PNG\r\n\u001a\n")) {
      return PNG;
    }
    if (starts(head, "\u00ff\u00d8\u00ff")) {
      return JPEG;
    }
    if (starts(head, "GIF87a") || starts(head, "GIF89a")) {
      return GIF;
    }
    if (starts(head, "BM") && TextKind.of(head) == TextKind.BINARY && isBitmap(head)) {
      return BMP;
    }
    if (starts(head, "PK\u0003\u0004") || starts(head, "PK\u0005\u0006")) {
      return ZIP;
    }
    if (starts(head, "\u001f\u008b\b")) {
      return GZIP;
    }
    return switch (TextKind.of(head)) {
      case HTML -> HTML;
      case XML -> XML;
      case PLAIN -> TEXT;
      case BINARY -> hasLatePdfMark(head) ? PDF : UNKNOWN;
    };
  }

  /** The header length of a BMP is one of the known ones. */
  private static boolean isBitmap(byte[] head) {
    if (head.length < 18 || head[15] != 0 || head[16] != 0 || head[17] != 0) {
      return false;
    }
    int length = head[14] & 0xff;
    return length == 12
        || length == 40
        || length == 52
        || length == 56
        || length == 64
        || length == 108
        || length == 124;
  }

  private static boolean hasLatePdfMark(byte[] head) {
    int length = Math.min(head.length, PDF_JUNK);
    return new String(head, 0, length, StandardCharsets.ISO_8859_1).contains("%PDF-");
  }

  private static boolean starts(byte[] head, String magic) {
    if (head.length < magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if ((head[i] & 0xff) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
