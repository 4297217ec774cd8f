// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.concurrent.Semaphore;
import org.portunus.bench.pair.Crowd;
import org.portunus.bench.pair.Latency;
import org.portunus.bench.pair.Record64;
import org.portunus.bench.pair.Rounds;
import org.portunus.bench.pair.Silence;
import org.portunus.bench.pair.Throughput;
import org.portunus.system.xpc.MemoryRight;

/** What a caller does with the service. */
public enum LinkCall {
  /** Calls with a record of 64 bytes each way. */
  ECHO {
    @Override
    Rounds.Round round(Echo echo) {
      return new Latency(() -> check(echo.echo(Record64.SENT)));
    }
  },
  /** The same after some silence. */
  AFTER_SILENCE {
    @Override
    Rounds.Round round(Echo echo) {
      return new Latency(() -> check(echo.echo(Record64.SENT)), Silence.NANOS);
    }
  },
  /** Many virtual threads call a slow service. */
  CROWD {
    @Override
    Rounds.Round round(Echo echo) {
      Semaphore unanswered = new Semaphore(LinkPair.unanswered());
      Latency.RoundTrip call =
          () -> {
            unanswered.acquireUninterruptibly();
            try {
              check(echo.slow(Record64.SENT));
            } finally {
              unanswered.release();
            }
          };
      return new Crowd(Collections.nCopies(Crowd.SIZE, call));
    }
  },
  /** Calls, for what they allocate. */
  ALLOCATION {
    @Override
    Rounds.Round round(Echo echo) {
      return new Allocation(echo);
    }
  },
  /** One-way calls with a record of 64 bytes. */
  NOTES {
    @Override
    Rounds.Round round(Echo echo) {
      return new Throughput(() -> echo.note(Record64.SENT), echo::counted);
    }
  },
  /** One-way calls with 64 KiB. */
  BLOCKS {
    @Override
    Rounds.Round round(Echo echo) {
      byte[] block = new byte[Throughput.BLOCK];
      block[block.length - 1] = 1;
      return new Throughput(() -> echo.block(block), echo::counted);
    }
  },
  /** One-way calls with 64 KiB that are lent to the service. */
  SEGMENTS {
    @Override
    Rounds.Round round(Echo echo) {
      MemorySegment block = Arena.global().allocate(Throughput.BLOCK);
      block.set(ValueLayout.JAVA_BYTE, Throughput.BLOCK - 1, (byte) 1);
      return new Throughput(() -> echo.segment(block), echo::counted);
    }
  },
  /** Calls with sealed memory of 64 KiB, which the service maps. */
  SMALL_MEMORY {
    @Override
    Rounds.Round round(Echo echo) throws IOException {
      return mapped(echo, SMALL);
    }
  },
  /** The same with 64 MiB. */
  LARGE_MEMORY {
    @Override
    Rounds.Round round(Echo echo) throws IOException {
      return mapped(echo, LARGE);
    }
  },
  /** Calls with 64 MiB that were written just before, in parts, and are sealed first. */
  SEAL {
    @Override
    Rounds.Round round(Echo echo) {
      return new OwnSeal(echo, LARGE, OwnSeal.Writing.IN_PARTS, OwnSeal.Begin.LAST_BYTE);
    }
  },
  /** The same, written as a whole. */
  SEAL_WHOLE {
    @Override
    Rounds.Round round(Echo echo) {
      return new OwnSeal(echo, LARGE, OwnSeal.Writing.AS_A_WHOLE, OwnSeal.Begin.LAST_BYTE);
    }
  },
  /** 64 MiB are written in parts, sealed and sent; all of it counts. */
  WRITE_AND_SEAL {
    @Override
    Rounds.Round round(Echo echo) {
      return new OwnSeal(echo, LARGE, OwnSeal.Writing.IN_PARTS, OwnSeal.Begin.FIRST_BYTE);
    }
  },
  /** The same, written as a whole. */
  WRITE_WHOLE_AND_SEAL {
    @Override
    Rounds.Round round(Echo echo) {
      return new OwnSeal(echo, LARGE, OwnSeal.Writing.AS_A_WHOLE, OwnSeal.Begin.FIRST_BYTE);
    }
  },
  /** Native code touches pages, which the service supplies. */
  PAGE_FAULT {
    @Override
    Rounds.Round round(Echo echo) {
      return new PageFaults(echo);
    }
  };

  /** Bytes of small and large memory. */
  private static final long SMALL = 64 << 10;

  private static final long LARGE = 64 << 20;

  abstract Rounds.Round round(Echo echo) throws IOException;

  private static void check(Record64 record) throws IOException {
    if (record.h() != Record64.SENT.h()) {
      throw new IOException("another record came back");
    }
  }

  private static Rounds.Round mapped(Echo echo, long bytes) throws IOException {
    MemoryRight memory = MemoryRight.create(bytes, LinkCall::mark);
    return new Latency(() -> checkMark(echo.map(memory)));
  }

  static void mark(MemorySegment memory) {
    memory.fill((byte) 1);
    memory.set(ValueLayout.JAVA_BYTE, memory.byteSize() - 1, (byte) 2);
  }

  static void checkMark(byte mark) throws IOException {
    if (mark != 2) {
      throw new IOException("other memory arrived");
    }
  }
}
