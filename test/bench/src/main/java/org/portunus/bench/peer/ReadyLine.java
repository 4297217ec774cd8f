// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** How an answering process says that it can be reached. */
final class ReadyLine {
  private ReadyLine() {}

  /** Says it, and where. */
  static void say(PrintStream ready, String where) {
    ready.println(where);
    ready.flush();
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
