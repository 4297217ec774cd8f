// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.portunus.bench.pair.Crowd;
import org.portunus.bench.pair.Record64;
import org.portunus.system.pager.PagedMemory;
import org.portunus.system.xpc.MemoryRight;

/** Answers. */
final class EchoService implements Echo {
  private final AtomicLong counted = new AtomicLong();
  private final byte[] page = ones();
  private volatile Record64 last = Record64.SENT;

  @Override
  public Record64 echo(Record64 record) {
    return record;
  }

  @Override
  public Record64 kept(Record64 record) {
    last = record;
    return last;
  }

  @Override
  public Record64 slow(Record64 record) {
    LockSupport.parkNanos(Crowd.SERVICE_NANOS);
    return record;
  }

  @Override
  public void note(Record64 record) {
    counted.lazySet(counted.get() + record.a());
  }

  @Override
  public void block(byte[] bytes) {
    counted.lazySet(counted.get() + bytes[bytes.length - 1]);
  }

  @Override
  public void segment(MemorySegment memory) {
    counted.lazySet(counted.get() + memory.get(ValueLayout.JAVA_BYTE, memory.byteSize() - 1));
  }

  @Override
  public long counted() {
    return counted.get();
  }

  @Override
  public byte map(MemoryRight memory) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = memory.map(arena);
      return mapped.get(ValueLayout.JAVA_BYTE, mapped.byteSize() - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long allocated() {
    return Allocation.ofThisProcess();
  }

  private static byte[] ones() {
    byte[] page = new byte[PagedMemory.PAGE_BYTES];
    Arrays.fill(page, (byte) 1);
    return page;
  }

  @Override
  public byte[] page(long offset, int length) {
    return page;
  }
}
