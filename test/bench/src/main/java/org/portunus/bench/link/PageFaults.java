// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import static org.portunus.system.pager.PagedMemory.PAGE_BYTES;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Rounds;
import org.portunus.linux.call.SystemCall.LibraryFunction;
import org.portunus.system.pager.PageSource;
import org.portunus.system.pager.PagedMemory;

/** Pages that the service supplies when native code touches them; fresh memory for each round. */
record PageFaults(Echo echo) implements Rounds.Round {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final LibraryFunction MEMCPY = LibraryFunction.of("memcpy");

  private record Remote(Echo echo) implements PageSource {
    @Override
    public byte[] read(long offset, int length) {
      return echo.page(offset, length);
    }

    @Override
    public void write(long offset, byte[] page) throws IOException {
      throw new IOException("nothing is given back here");
    }
  }

  @Override
  public long[] run(int count) throws IOException {
    long[] nanos = new long[count];
    try (PagedMemory memory =
            PagedMemory.open((long) count * PAGE_BYTES, new Remote(echo), DEADLINE);
        Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(1);
      long page = memory.address().address();
      for (int i = 0; i < count; i++) {
        into.set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
        long begin = System.nanoTime();
        int _ = MEMCPY.invoke(into.address(), page, 1, 0, 0, 0);
        nanos[i] = System.nanoTime() - begin;
        page += PAGE_BYTES;
        if (into.get(ValueLayout.JAVA_BYTE, 0) != 1) {
          throw new IOException("another page arrived");
        }
      }
    }
    return Latency.percentiles(nanos);
  }
}
