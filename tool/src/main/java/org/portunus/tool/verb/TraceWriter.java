// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.portunus.interfaces.launchd.TracedMessage;

/** Writes steps of messages as lines, and counts them. */
final class TraceWriter implements Consumer<TracedMessage> {
  private final BufferedWriter out;
  private long count;

  TraceWriter(BufferedWriter out) {
    this.out = out;
  }

  @Override
  public void accept(TracedMessage message) {
    try {
      out.write(JsonReport.line(TraceLine.json(message)));
      out.newLine();
      count++;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  long count() {
    return count;
  }
}
