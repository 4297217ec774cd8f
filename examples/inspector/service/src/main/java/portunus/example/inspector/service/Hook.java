// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service;

import java.nio.charset.StandardCharsets;
import portunus.example.inspector.UnsupportedDocument;

/**
 * Misbehaves on demand: stands for a parser that an attacker has taken over, so that demo and tests
 * can show what happens then. Only a document whose first line says so exactly gets here.
 */
final class Hook {
  static final String MARK = "%PORTUNUS-HOOK ";

  private static final int EXIT_STATUS = 3;
  private static final int BLOCK = 1 << 20;

  private Hook() {}

  static void run(byte[] head) throws UnsupportedDocument {
    String line = new String(head, StandardCharsets.ISO_8859_1).lines().findFirst().orElse("");
    switch (line.substring(MARK.length())) {
      case "endless-loop" -> loop();
      case "exhaust-memory" -> exhaust();
      case "exit" -> Runtime.getRuntime().halt(EXIT_STATUS);
      default -> throw new UnsupportedDocument("a hook of an unknown name");
    }
  }

  private static void loop() {
    while (true) {
      Thread.onSpinWait();
    }
  }

  /** Ends as the memory does, and says how much there was. */
  private static void exhaust() {
    Object chain = new byte[0];
    int blocks = 0;
    try {
      while (true) {
        chain = new Object[] {chain, new byte[BLOCK]};
        blocks++;
      }
    } catch (OutOfMemoryError gone) {
      chain = "";
      throw new OutOfMemoryError(gone.getMessage() + " after " + blocks + " MiB");
    }
  }
}
