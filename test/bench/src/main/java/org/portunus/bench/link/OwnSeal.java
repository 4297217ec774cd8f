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
  private static final long SMALL = 64 << 10;
  private static final int SMALL_FOR_ONE = 200;

  /** Mostly with less memory: what is made ready is the code, and 64 MiB take long to write. */
  @Override
  public void warm(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < SMALL_FOR_ONE; j++) {
        long _ = once(SMALL);
      }
      long _ = once(bytes);
    }
  }

  @Override
  public long[] run(int count) throws IOException {
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      nanos[i] = once(bytes);
    }
    return Latency.percentiles(nanos);
  }

  private long once(long size) throws IOException {
    long[] written = new long[1];
    try (MemoryRight memory =
        MemoryRight.create(
            size,
            segment -> {
              LinkCall.mark(segment);
              written[0] = System.nanoTime();
            })) {
      LinkCall.checkMark(echo.map(memory));
      return System.nanoTime() - written[0];
    }
  }
}
