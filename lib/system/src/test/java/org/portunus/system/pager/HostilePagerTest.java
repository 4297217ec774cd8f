// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.portunus.system.pager.PagedMemory.PAGE_BYTES;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.UserFaults;

/** What a pager that dies, is late or answers wrongly can do: end the pages that are missing. */
class HostilePagerTest {
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final Duration AMPLE = Duration.ofMinutes(1);
  private static final int PAGES = 4;
  private static final long SIZE = (long) PAGES * PAGE_BYTES;

  /** Supplies the first page as it should, and does something else for the others. */
  private abstract static class Hostile extends PageKeeper {
    @Override
    public byte[] read(long offset, int length) throws IOException {
      return offset == 0 ? super.read(offset, length) : hostile(offset);
    }

    abstract byte[] hostile(long offset) throws IOException;
  }

  private static final class Wrong extends Hostile {
    private final int length;

    Wrong(int length) {
      this.length = length;
    }

    @Override
    byte[] hostile(long offset) {
      return new byte[length];
    }
  }

  private static final class Refusing extends Hostile {
    @Override
    byte[] hostile(long offset) throws IOException {
      throw new IOException("not today");
    }
  }

  /** Never answers, and says when it is interrupted. */
  private static final class Silent extends Hostile {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    @Override
    byte[] hostile(long offset) throws IOException {
      asked.countDown();
      try {
        never.await();
        return new byte[0];
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw new IOException("interrupted", e);
      }
    }
  }

  private static FutureTask<PortunusException> copyThatFails(PagedMemory memory, long offset) {
    FutureTask<PortunusException> task =
        new FutureTask<>(() -> {
          try {
            memory.copy(offset, MemorySegment.ofArray(new byte[1]));
          } catch (PortunusException lost) {
            assertThat(Thread.interrupted()).as("no interrupt stays").isFalse();
            return lost;
          }
          throw new AssertionError("there was a page");
        });
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static void assertLost(PagedMemory memory) {
    for (int page = 1; page < PAGES; page++) {
      long offset = (long) page * PAGE_BYTES;
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> memory.copy(offset, MemorySegment.ofArray(new byte[1])))
          .returns(ErrorCode.PAGER_LOST, PortunusException::code);
    }
    byte[] there = new byte[PAGE_BYTES];
    memory.copy(0, MemorySegment.ofArray(there));
    assertThat(there).as("what was there stays").isEqualTo(PageKeeper.page(0));
  }

  private static void assertPoisoned(MemorySegment address) {
    assertThat(NativeTouch.read(address, 0, 1)).containsExactly(1);
    for (int page = 1; page < PAGES; page++) {
      assertThat(NativeTouch.populate(address, (long) page * PAGE_BYTES))
          .isEqualTo(-Errno.EHWPOISON.number());
    }
  }

  private static void assumePoison() throws LinuxException {
    try (Arena arena = Arena.ofConfined();
        UserFaults faults = UserFaults.of(Mapping.anonymous(PAGE_BYTES, arena))) {
      assumeTrue(faults.poisons(), "Linux 6.6");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, PAGE_BYTES - 1, PAGE_BYTES + 1, 1 << 20})
  void anAnswerOfAnotherSizeIsTheEnd(int length) throws LinuxException {
    assumePoison();
    try (PagedMemory memory = PagedMemory.open(SIZE, new Wrong(length), AMPLE)) {
      MemorySegment address = memory.address();
      memory.copy(0, MemorySegment.ofArray(new byte[1]));
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> memory.copy(PAGE_BYTES, MemorySegment.ofArray(new byte[1])))
          .returns(ErrorCode.PAGER_LOST, PortunusException::code)
          .withMessageContaining("%d bytes", length);
      assertLost(memory);
      assertPoisoned(address);
    }
  }

  @Test
  void anErrorIsTheEndAndIsTheCause() {
    try (PagedMemory memory = PagedMemory.open(SIZE, new Refusing(), AMPLE)) {
      memory.copy(0, MemorySegment.ofArray(new byte[1]));
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> memory.copy(PAGE_BYTES, MemorySegment.ofArray(new byte[1])))
          .withMessageContaining("not today");
      assertLost(memory);
      assertThat(memory.loss())
          .get()
          .extracting(PortunusException::code)
          .isEqualTo(ErrorCode.PAGER_LOST);
      assertThatExceptionOfType(PortunusException.class)
          .as("an address would be of no use")
          .isThrownBy(memory::address);
    }
  }

  @Test
  void whoDoesNotAnswerInTimeIsLostForAllThatWait() throws Exception {
    assumePoison();
    Silent silent = new Silent();
    try (PagedMemory memory = PagedMemory.open(SIZE, silent, SHORT)) {
      MemorySegment address = memory.address();
      memory.copy(0, MemorySegment.ofArray(new byte[1]));
      List<FutureTask<PortunusException>> waiting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        waiting.add(copyThatFails(memory, (1 + i % 2) * (long) PAGE_BYTES));
      }
      for (FutureTask<PortunusException> task : waiting) {
        PortunusException lost = task.get();
        assertThat(lost.code()).isEqualTo(ErrorCode.PAGER_LOST);
        assertThat(lost)
            .rootCause()
            .isInstanceOfSatisfying(
                PortunusException.class,
                late -> assertThat(late.code()).isEqualTo(ErrorCode.DEADLINE));
      }
      silent.interrupted.await();
      assertLost(memory);
      assertPoisoned(address);
    }
  }

  @Test
  void theCloseWaitsForNoPager() throws Exception {
    Silent silent = new Silent();
    PagedMemory memory = PagedMemory.open(SIZE, silent, AMPLE);
    FutureTask<PortunusException> waiting = copyThatFails(memory, PAGE_BYTES);
    silent.asked.await();
    memory.close();
    assertThat(waiting.get().code()).isEqualTo(ErrorCode.INVALID);
  }

  @Test
  void whereNothingCanBePoisonedWhoHasTheAddressEnds() {
    List<PortunusException> ended = new ArrayList<>();
    try (PagedMemory memory =
        PagedMemory.openWithoutPoison(SIZE, new Refusing(), AMPLE, ended::add)) {
      memory.copy(0, MemorySegment.ofArray(new byte[1]));
      MemorySegment _ = memory.address();
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> memory.copy(PAGE_BYTES, MemorySegment.ofArray(new byte[1])));
      assertThat(ended).hasSize(1);
      assertLost(memory);
    }
  }

  @Test
  void whereNothingCanBePoisonedJavaCodeGetsItsError() {
    List<PortunusException> ended = new ArrayList<>();
    try (PagedMemory memory =
        PagedMemory.openWithoutPoison(SIZE, new Refusing(), AMPLE, ended::add)) {
      memory.copy(0, MemorySegment.ofArray(new byte[1]));
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> memory.copy(PAGE_BYTES, MemorySegment.ofArray(new byte[1])));
      assertLost(memory);
    }
    assertThat(ended).as("nobody has the address").isEmpty();
  }

  @Test
  void aCloseEndsNobody() {
    List<PortunusException> ended = new ArrayList<>();
    PagedMemory memory = PagedMemory.openWithoutPoison(SIZE, new Refusing(), AMPLE, ended::add);
    assertThat(NativeTouch.read(memory.address(), 0, 1)).containsExactly(1);
    memory.close();
    assertThat(ended).isEmpty();
  }
}
