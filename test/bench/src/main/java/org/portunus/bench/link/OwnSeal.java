// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import java.io.IOException;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Rounds;
import org.portunus.system.xpc.MemoryRight;

/** Memory that is written, sealed, sent and mapped by the receiver, anew each time. */
record OwnSeal(Echo echo, long bytes, Writing writing, Begin begin) implements Rounds.Round {
  private static final long SMALL = 64 << 10;
  private static final int SMALL_FOR_ONE = 200;

  /** From when the time counts, always to the receiver's answer. */
  enum Begin {
    FIRST_BYTE,
    LAST_BYTE
  }

  /** How the memory is written. */
  enum Writing {
    IN_PARTS {
      @Override
      MemoryRight write(long size, Runnable written) throws IOException {
        return MemoryRight.createInParts(
            size,
            (part, offset) -> {
              LinkCall.mark(part);
              if (offset + part.byteSize() == size) {
                written.run();
              }
            });
      }
    },
    AS_A_WHOLE {
      @Override
      MemoryRight write(long size, Runnable written) throws IOException {
        return MemoryRight.create(
            size,
            memory -> {
              LinkCall.mark(memory);
              written.run();
            });
      }
    };

    abstract MemoryRight write(long size, Runnable written) throws IOException;
  }

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
    long[] started = {System.nanoTime()};
    Runnable written = () -> started[0] = begin == Begin.LAST_BYTE ? System.nanoTime() : started[0];
    try (MemoryRight memory = writing.write(size, written)) {
      LinkCall.checkMark(echo.map(memory));
      return System.nanoTime() - started[0];
    }
  }
}
