// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.portunus.system.pager.PagedMemory.PAGE_BYTES;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.memory.MemoryFile;

/** Pages that come when they are touched, and go back when they were changed. */
class PagedMemoryTest {
  private static final Duration AMPLE = Duration.ofMinutes(1);
  private static final int PAGES = 8;

  private final PageKeeper keeper = new PageKeeper();

  private PagedMemory open() {
    return PagedMemory.open((long) PAGES * PAGE_BYTES, keeper, AMPLE);
  }

  private static byte[] copy(PagedMemory memory, long offset, int length) {
    byte[] into = new byte[length];
    memory.copy(offset, MemorySegment.ofArray(into));
    return into;
  }

  private static byte[] expected(long offset, int length) {
    return Arrays.copyOfRange(PageKeeper.pages(PAGES), (int) offset, (int) offset + length);
  }

  private static <T> FutureTask<T> start(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  @Test
  void aPageIsAskedForWhenItIsTouchedFirst() {
    try (PagedMemory memory = open()) {
      assertThat(keeper.read).isEmpty();
      assertThat(copy(memory, PAGE_BYTES - 3, 6)).isEqualTo(expected(PAGE_BYTES - 3, 6));
      assertThat(copy(memory, 10, PAGE_BYTES)).isEqualTo(expected(10, PAGE_BYTES));
      assertThat(keeper.read).containsExactly(0L, (long) PAGE_BYTES);
    }
  }

  @Test
  void nativeCodeGetsItsPagesByFaults() {
    try (PagedMemory memory = open()) {
      assertThat(copy(memory, 0, 1)).isEqualTo(expected(0, 1));
      MemorySegment address = memory.address();
      assertThat(address.byteSize()).as("Java code can't touch it").isZero();
      assertThat(NativeTouch.read(address, PAGE_BYTES - 5, 2 * PAGE_BYTES))
          .isEqualTo(expected(PAGE_BYTES - 5, 2 * PAGE_BYTES));
      assertThat(copy(memory, 0, PAGES * PAGE_BYTES)).isEqualTo(PageKeeper.pages(PAGES));
      assertThat(keeper.read).as("each once").doesNotHaveDuplicates().hasSize(PAGES);
      assertThat(memory.address().address()).isEqualTo(address.address());
    }
  }

  @Test
  void whoWaitsForAPageStopsNoCollection() {
    PageKeeper collecting =
        new PageKeeper() {
          @Override
          @SuppressWarnings("DoNotCall")
          public byte[] read(long offset, int length) throws IOException {
            System.gc();
            return super.read(offset, length);
          }
        };
    try (PagedMemory memory = PagedMemory.open((long) PAGES * PAGE_BYTES, collecting, AMPLE)) {
      assertThat(NativeTouch.read(memory.address(), 0, 1)).isEqualTo(expected(0, 1));
      assertThat(copy(memory, PAGE_BYTES, 1)).isEqualTo(expected(PAGE_BYTES, 1));
    }
  }

  @Test
  void aSystemCallWaitsForNoPage() throws IOException {
    try (PagedMemory memory = open();
        MemoryFile file = MemoryFile.create("t")) {
      long from = memory.address().address();
      int into = file.descriptor().raw();
      assertThat(SystemCall.invoke(Call.PWRITE64, into, from, PAGE_BYTES, 0))
          .isEqualTo(-Errno.EFAULT.number());
      assertThat(keeper.read).isEmpty();
      byte[] _ = copy(memory, 0, 1);
      assertThat(SystemCall.invoke(Call.PWRITE64, into, from, PAGE_BYTES, 0)).isEqualTo(PAGE_BYTES);
    }
  }

  @Test
  void whatWasPutIsGivenBackOnce() throws IOException {
    try (PagedMemory memory = open()) {
      byte[] bytes = {7, 8, 9, 10};
      memory.put(2L * PAGE_BYTES - 2, MemorySegment.ofArray(bytes));
      assertThat(copy(memory, 2L * PAGE_BYTES - 2, 4)).isEqualTo(bytes);
      assertThat(keeper.given).isEmpty();
      assertThat(memory.giveBack()).isEqualTo(2);
      assertThat(memory.giveBack()).isZero();
      assertThat(keeper.given).containsOnlyKeys((long) PAGE_BYTES, 2L * PAGE_BYTES);
      byte[] first = PageKeeper.page(PAGE_BYTES);
      first[PAGE_BYTES - 2] = 7;
      first[PAGE_BYTES - 1] = 8;
      assertThat(keeper.given.get((long) PAGE_BYTES)).isEqualTo(first);
    }
    try (PagedMemory again = open()) {
      assertThat(copy(again, 2L * PAGE_BYTES, 2)).containsExactly(9, 10);
    }
  }

  @Test
  void aPageThatIsRefusedStaysDirty() throws IOException {
    boolean[] refuses = {true};
    PageKeeper refusing =
        new PageKeeper() {
          @Override
          public void write(long offset, byte[] page) throws IOException {
            if (refuses[0]) {
              throw new IOException("the disk is full");
            }
            super.write(offset, page);
          }
        };
    try (PagedMemory memory = PagedMemory.open(PAGE_BYTES, refusing, AMPLE)) {
      memory.put(0, MemorySegment.ofArray(new byte[] {1}));
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(memory::giveBack)
          .withMessageContaining("the disk is full");
      assertThat(memory.loss()).isEmpty();
      refuses[0] = false;
      assertThat(memory.giveBack()).isEqualTo(1);
    }
  }

  private void readBySeveral(Callable<byte[]> reader, Callable<byte[]> other) throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<FutureTask<byte[]>> readers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Callable<byte[]> each = i % 2 == 0 ? reader : other;
      readers.add(
          start(() -> {
            go.await();
            return each.call();
          }));
    }
    go.countDown();
    for (FutureTask<byte[]> each : readers) {
      assertThat(each.get()).isEqualTo(PageKeeper.pages(PAGES));
    }
    assertThat(keeper.read).doesNotHaveDuplicates();
  }

  @Test
  void severalThreadsAskForAPageOnce() throws Exception {
    try (PagedMemory memory = open()) {
      Callable<byte[]> copier = () -> copy(memory, 0, PAGES * PAGE_BYTES);
      readBySeveral(copier, copier);
    }
  }

  @Test
  void copiesAndFaultsOfSeveralThreadsMeet() throws Exception {
    try (PagedMemory memory = open()) {
      MemorySegment address = memory.address();
      readBySeveral(
          () -> copy(memory, 0, PAGES * PAGE_BYTES),
          () -> NativeTouch.read(address, 0, PAGES * PAGE_BYTES));
    }
  }

  @Test
  void aModelOfTheMemoryAgrees() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] model = PageKeeper.pages(PAGES);
    try (PagedMemory memory = open();
        Arena arena = Arena.ofConfined()) {
      for (int step = 0; step < 2_000; step++) {
        int offset = random.nextInt(model.length);
        int length = random.nextInt(Math.min(3 * PAGE_BYTES, model.length - offset + 1));
        switch (random.nextInt(4)) {
          case 0 -> {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, model, offset, length);
            memory.put(offset, MemorySegment.ofArray(bytes));
          }
          case 1 -> assertThat(memory.giveBack()).isNotNegative();
          default ->
              assertThat(copy(memory, offset, length))
                  .as("seed %d, step %d", seed, step)
                  .isEqualTo(Arrays.copyOfRange(model, offset, offset + length));
        }
      }
      int _ = memory.giveBack();
      MemorySegment all = arena.allocate(model.length);
      memory.copy(0, all);
      assertThat(all.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(model);
    }
    try (PagedMemory again = open()) {
      assertThat(copy(again, 0, model.length)).as("seed %d", seed).isEqualTo(model);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, PagedMemory.MAX_BYTES + 1})
  void otherSizesAreRefused(long size) {
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(() -> PagedMemory.open(size, keeper, AMPLE))
        .returns(ErrorCode.LIMIT_MEMORY, PortunusException::code);
  }

  @Test
  void nothingOutsideItIsReached() {
    try (PagedMemory memory = PagedMemory.open(PAGE_BYTES + 1, keeper, AMPLE)) {
      assertThat(copy(memory, PAGE_BYTES, 1)).isEqualTo(expected(PAGE_BYTES, 1));
      for (long offset : new long[] {-1, PAGE_BYTES + 1, Long.MAX_VALUE}) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
            .isThrownBy(() -> copy(memory, offset, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
            .isThrownBy(() -> memory.put(offset, MemorySegment.ofArray(new byte[1])));
      }
    }
  }

  @Test
  void afterTheCloseThereIsNothing() {
    PagedMemory memory = open();
    memory.close();
    memory.close();
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(() -> copy(memory, 0, 1))
        .returns(ErrorCode.INVALID, PortunusException::code);
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(memory::address)
        .returns(ErrorCode.INVALID, PortunusException::code);
  }
}
