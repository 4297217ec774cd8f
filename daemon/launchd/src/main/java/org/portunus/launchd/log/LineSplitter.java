// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.log;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts a stream of bytes into lines. Of a line longer than {@link #MAX_LINE} bytes the start is
 * kept and the rest counted. Bytes that are not UTF-8 become replacement characters.
 */
final class LineSplitter {
  static final int MAX_LINE = 4096;

  private final Consumer<String> lines;
  private final byte[] line = new byte[MAX_LINE];
  private int length;
  private long beyond;

  LineSplitter(Consumer<String> lines) {
    this.lines = lines;
  }

  void accept(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      byte b = bytes[i];
      if (b == '\n') {
        emit();
      } else if (length < MAX_LINE) {
        line[length++] = b;
      } else {
        beyond++;
      }
    }
  }

  /** The stream has ended: what is left is a line. */
  void end() {
    if (length > 0) {
      emit();
    }
  }

  private void emit() {
    String text = new String(line, 0, length, StandardCharsets.UTF_8);
    lines.accept(beyond == 0 ? text : text + " [" + beyond + " bytes cut]");
    length = 0;
    beyond = 0;
  }
}
