// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** How an answering process says that it can be reached. */
final class ReadyLine {
  private ReadyLine() {}

  /** Says it, and where. */
  static void say(String where) {
    System.out.println(where);
    System.out.flush();
  }

  /** Waits for it; what it said. */
  static String await(Process process) throws IOException {
    String line = process.inputReader(StandardCharsets.US_ASCII).readLine();
    if (line == null) {
      throw new IOException("the answering process has ended");
    }
    return line;
  }
}
