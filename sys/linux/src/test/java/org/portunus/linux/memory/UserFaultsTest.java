// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.portunus.linux.memory.UserFaults.PAGE_BYTES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.call.SystemCall.LibraryFunction;
import org.portunus.linux.event.EventCounter;

/** Faults of native code in a range of this process. */
class UserFaultsTest {
  private static final int MADV_POPULATE_READ = 22;
  private static final LibraryFunction MEMCPY = LibraryFunction.of("memcpy");

  private static byte[] page(int value) {
    byte[] page = new byte[PAGE_BYTES];
    Arrays.fill(page, (byte) value);
    return page;
  }

  /** Reads a byte in native code, which waits in the fault. */
  private static FutureTask<Byte> touch(MemorySegment memory, long offset) {
    FutureTask<Byte> task =
        new FutureTask<>(() -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(1);
            int _ = MEMCPY.invoke(into.address(), memory.address() + offset, 1, 0, 0, 0);
            return into.get(ValueLayout.JAVA_BYTE, 0);
          }
        });
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static long populate(MemorySegment memory, long offset) {
    return SystemCall.invoke(
        Call.MADVISE, memory.address() + offset, PAGE_BYTES, MADV_POPULATE_READ);
  }

  @Test
  void whoTouchesAPageWaitsUntilItIsSupplied() throws Exception {
    try (Arena arena = Arena.ofShared();
        EventCounter stop = EventCounter.create()) {
      MemorySegment memory = Mapping.anonymous(4L * PAGE_BYTES, arena);
      try (UserFaults faults = UserFaults.of(memory)) {
        FutureTask<Byte> toucher = touch(memory, 2L * PAGE_BYTES + 5);
        assertThat(faults.await(stop)).isEqualTo(2L * PAGE_BYTES);
        assertThat(toucher.isDone()).isFalse();
        faults.supply(2L * PAGE_BYTES, page(9));
        assertThat(toucher.get()).isEqualTo((byte) 9);
        assertThatThrownBy(() -> faults.supply(2L * PAGE_BYTES, page(8)))
            .as("a page is supplied once")
            .isInstanceOfSatisfying(
                LinuxException.class, e -> assertThat(e.is(Errno.EEXIST)).isTrue());
        stop.signal();
        assertThat(faults.await(stop)).isEqualTo(-1);
      }
    }
  }

  @Test
  void theKernelWaitsForNoPage() throws LinuxException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = Mapping.anonymous(PAGE_BYTES, arena);
      try (UserFaults _ = UserFaults.of(memory)) {
        assertThat(populate(memory, 0)).isEqualTo(-Errno.EFAULT.number());
      }
      assertThat(populate(memory, 0)).as("after the close it is ordinary memory").isZero();
    }
  }

  @Test
  void poisonSparesThePagesThatAreThere() throws LinuxException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = Mapping.anonymous(5L * PAGE_BYTES, arena);
      try (UserFaults faults = UserFaults.of(memory)) {
        assumeTrue(faults.poisons(), "Linux 6.6");
        faults.supply(0, page(1));
        faults.supply(2L * PAGE_BYTES, page(3));
        faults.poison(0, 5L * PAGE_BYTES);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 2L * PAGE_BYTES)).isEqualTo((byte) 3);
        for (long page : new long[] {1, 3, 4}) {
          assertThat(populate(memory, page * PAGE_BYTES)).isEqualTo(-Errno.EHWPOISON.number());
          assertThatThrownBy(() -> memory.get(ValueLayout.JAVA_BYTE, page * PAGE_BYTES))
              .as("Java code survives it")
              .isInstanceOf(InternalError.class);
        }
      }
    }
  }

  @Test
  void onlyWholePagesOfTheRangeAreReached() throws LinuxException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = Mapping.anonymous(2L * PAGE_BYTES, arena);
      try (UserFaults faults = UserFaults.of(memory)) {
        for (long offset : new long[] {-PAGE_BYTES, 2L * PAGE_BYTES}) {
          assertThatThrownBy(() -> faults.supply(offset, page(1)))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertThatThrownBy(() -> faults.poison(offset, PAGE_BYTES))
              .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> faults.supply(1, page(1)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
