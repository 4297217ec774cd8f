// SPDX-License-Identifier: Apache-2.0
package org.portunus.slf4j;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.log.LogText;

/** Writes lines, each in one write: {@code LEVEL logger text [: exception at place]}. */
final class LineSink {
  /** Longest line in bytes, its end included: what launchd keeps of a line. */
  static final int MAX_LINE = 4096;

  private static final int MAX_NAME = 256;
  private static final int MAX_FRAMES = 8;
  private static final int MAX_CAUSES = 3;

  private final PrintStream out;

  LineSink(PrintStream out) {
    this.out = out;
  }

  void write(String level, String logger, String text, @Nullable Throwable thrown) {
    StringBuilder line = new StringBuilder();
    line.append(level).append(' ').append(escape(logger, MAX_NAME)).append(' ');
    line.append(escape(text, MAX_LINE));
    if (thrown != null && line.length() < MAX_LINE) {
      describe(thrown, line);
    }
    byte[] bytes = cut(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    synchronized (out) {
      out.write(bytes, 0, bytes.length);
      out.flush();
    }
  }

  private static String escape(String text, int most) {
    return LogText.escape(text.length() > most ? text.substring(0, most) : text);
  }

  private static void describe(Throwable thrown, StringBuilder line) {
    Throwable at = thrown;
    for (int i = 0; i < MAX_CAUSES && at != null; i++) {
      line.append(i == 0 ? ": " : " caused by ").append(at.getClass().getName());
      String message = at.getMessage();
      if (message != null) {
        line.append(": ").append(escape(message, MAX_LINE / 4));
      }
      StackTraceElement[] frames = at.getStackTrace();
      for (int f = 0; f < Math.min(MAX_FRAMES, frames.length); f++) {
        line.append(f == 0 ? " at " : " < ").append(escape(frames[f].toString(), MAX_NAME));
      }
      at = at.getCause();
    }
  }

  /** The line, or as much of it as fits, cut between characters. */
  private static byte[] cut(byte[] line) {
    if (line.length <= MAX_LINE) {
      return line;
    }
    int end = MAX_LINE - 1;
    while ((line[end] & 0xc0) == 0x80) {
      end--;
    }
    byte[] shorter = new byte[end + 1];
    System.arraycopy(line, 0, shorter, 0, end);
    shorter[end] = '\n';
    return shorter;
  }
}
