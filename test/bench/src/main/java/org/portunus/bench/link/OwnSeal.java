// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import java.io.IOException;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Rounds;
import org.portunus.system.xpc.MemoryRight;

/**
 * Memory that is written, sealed, sent and mapped by the receiver, anew each time; timed from the
 * last byte written to the receiver's answer.
 */
record OwnSeal(Echo echo, long bytes) implements Rounds.Round {
  @Override
  public long[] run(int count) throws IOException {
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      nanos[i] = once();
    }
    return Latency.percentiles(nanos);
  }

  private long once() throws IOException {
    long[] written = new long[1];
    try (MemoryRight memory =
        MemoryRight.create(
            bytes,
            segment -> {
              LinkCall.mark(segment);
              written[0] = System.nanoTime();
            })) {
      LinkCall.checkMark(echo.map(memory));
      return System.nanoTime() - written[0];
    }
  }
}
