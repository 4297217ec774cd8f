// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.link.SeverLayout;
import org.portunus.kernel.link.TaskWords;
import org.portunus.linux.event.FutexSet;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;

/** Sleep and wake of two ends, and of an end whose peer swallows or forges what wakes it. */
@Timeout(120)
class DoorbellTest {
  private static final int WORDS = LinkLayout.direction(0);

  /** A thread each: one that never wakes must not keep another test's from its own. */
  private static void thread(Runnable task) {
    Thread.ofPlatform().daemon().start(task);
  }

  private static CompletableFuture<Void> run(Runnable task) {
    return CompletableFuture.runAsync(task, DoorbellTest::thread);
  }

  private static <T> CompletableFuture<T> ask(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, DoorbellTest::thread);
  }

  /** Sleeps the longest time each time: only a bell ends a sleep earlier. */
  private static int next(LinkEnd end, byte[] into, Random random) {
    return next(end, into, random, new long[1], 0);
  }

  /**
   * The same.
   *
   * @param overslept gets at this index when the sleep began that only time ended, and after which
   *     the record was there
   */
  private static int next(LinkEnd end, byte[] into, Random random, long[] overslept, int index) {
    int length = end.read(into);
    while (length == LinkEnd.EMPTY) {
      if (random.nextInt(3) > 0 || !end.glance()) {
        long before = end.overslept();
        long begin = System.nanoTime();
        end.sleep(Long.MAX_VALUE);
        overslept[index] = end.overslept() > before ? begin : 0;
      }
      length = end.read(into);
    }
    return length;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noWakeUpIsLost(long seed) throws Exception {
    int calls = 20_000;
    long[] asked = new long[calls];
    long[] answered = new long[calls];
    long[] serviceSlept = new long[calls];
    long[] clientSlept = new long[calls];
    try (LinkPair pair = new LinkPair()) {
      CompletableFuture<Void> echo =
          run(() -> echo(pair.service, new Random(seed), answered, serviceSlept));
      byte[] into = new byte[LinkPair.LONGEST];
      byte[] frame = new byte[64];
      Random random = new Random(seed + 1000);
      for (int i = 0; i < calls; i++) {
        frame[0] = (byte) i;
        assertThat(pair.client.write(frame, 64, 0)).isBetween(Attention.AWAKE, Attention.ASLEEP);
        asked[i] = System.nanoTime();
        assertThat(next(pair.client, into, random, clientSlept, i)).isEqualTo(64);
        assertThat(into[0]).isEqualTo((byte) i);
      }
      echo.get(60, TimeUnit.SECONDS);
      assertThat(lost(asked, serviceSlept)).isEmpty();
      assertThat(lost(answered, clientSlept)).isEmpty();
    }
  }

  /**
   * The posts that were done, bell and all, before their reader's sleep had lasted its longest:
   * such a sleep must have been ended by the bell, or never begun. A sleep that time ended while
   * its poster was stopped before its bell is none of them.
   */
  private static List<Integer> lost(long[] posted, long[] slept) {
    return IntStream.range(0, posted.length)
        .filter(i -> slept[i] != 0 && posted[i] - slept[i] < FutexSet.LONGEST)
        .boxed()
        .toList();
  }

  private static void echo(LinkEnd end, Random random, long[] answered, long[] slept) {
    byte[] into = new byte[LinkPair.LONGEST];
    for (int i = 0; i < answered.length; i++) {
      int length = next(end, into, random, slept, i);
      assertThat(length).isEqualTo(64);
      assertThat(end.write(into, length, 0)).isNotNegative();
      answered[i] = System.nanoTime();
    }
  }

  @Test
  void aPeerThatNeverRingsDelaysButDoesNotHang() throws Exception {
    byte[] into = new byte[LinkPair.LONGEST];
    try (LinkPair pair = new LinkPair()) {
      CompletableFuture<Integer> received = ask(() -> next(pair.service, into, new Random(1)));
      while (pair.raw().get(ValueLayout.JAVA_INT, WORDS + LinkLayout.ATTENTION)
          != Attention.ASLEEP) {
        Thread.onSpinWait();
      }
      // The peer clears the flag that is not its own, then writes: nothing rings.
      pair.raw().set(ValueLayout.JAVA_INT, WORDS + LinkLayout.ATTENTION, Attention.AWAKE);
      assertThat(pair.client.write(new byte[64], 64, 0)).isEqualTo(Attention.AWAKE);
      assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(64);
    }
  }

  @Test
  void aPeerThatForgesItsProcessorCostsNoMoreThanASleep() throws Exception {
    byte[] into = new byte[LinkPair.LONGEST];
    for (int forged : new int[] {-1, 0, 1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      try (LinkPair pair = new LinkPair()) {
        pair.raw().set(ValueLayout.JAVA_INT, WORDS + LinkLayout.PROCESSOR, forged);
        assertThat(pair.client.spin()).isFalse();
        assertThat(pair.service.write(new byte[64], 64, 0)).isEqualTo(Attention.AWAKE);
        assertThat(pair.client.spin()).isTrue();
        assertThat(pair.client.read(into)).isEqualTo(64);
      }
    }
  }

  @Test
  void aNudgeEndsASleepThatIsYetToCome() throws Exception {
    try (LinkPair pair = new LinkPair()) {
      CompletableFuture<Void> sleeper =
          run(() -> {
            while (!pair.service.hasRecord()) {
              pair.service.sleep(Long.MAX_VALUE);
            }
          });
      pair.service.nudge();
      assertThat(pair.client.write(new byte[64], 64, 0)).isGreaterThanOrEqualTo(0);
      sleeper.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void theKernelsSeverWakesASleeper() throws Exception {
    byte[] into = new byte[LinkPair.LONGEST];
    try (LinkPair pair = new LinkPair()) {
      CompletableFuture<Boolean> sleeper =
          ask(() -> {
            while (!pair.service.isSevered()) {
              pair.service.sleep(Long.MAX_VALUE);
            }
            return true;
          });
      while (pair.raw().get(ValueLayout.JAVA_INT, WORDS + LinkLayout.ATTENTION)
          != Attention.ASLEEP) {
        Thread.onSpinWait();
      }
      assertThat(pair.serviceWords.sever(pair.servicePlace)).isNotNegative();
      assertThat(sleeper.get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(pair.client.write(new byte[64], 64, 0)).isGreaterThanOrEqualTo(0);
      assertThat(pair.service.read(into)).isEqualTo(LinkFault.SEVERED.result());
    }
  }

  @Test
  void thePosterCountsTheBellUpAndLeavesTheFlag() throws Exception {
    try (LinkPair pair = new LinkPair()) {
      pair.raw().set(ValueLayout.JAVA_INT, WORDS + LinkLayout.ATTENTION, Attention.ASLEEP);
      for (int rung = 1; rung <= 3; rung++) {
        assertThat(pair.client.write(new byte[64], 64, 0)).isEqualTo(Attention.ASLEEP);
        assertThat(pair.raw().get(ValueLayout.JAVA_INT, WORDS + LinkLayout.BELL)).isEqualTo(rung);
        assertThat(pair.raw().get(ValueLayout.JAVA_INT, WORDS + LinkLayout.ATTENTION))
            .isEqualTo(Attention.ASLEEP);
      }
    }
  }

  @Test
  void whatCameBeforeTheFlagKeepsItsReaderAwake() throws Exception {
    try (LinkPair pair = new LinkPair()) {
      assertThat(pair.client.write(new byte[64], 64, 0)).isEqualTo(Attention.AWAKE);
      pair.service.sleep(Long.MAX_VALUE);
      assertThat(pair.service.overslept()).isZero();
    }
  }

  @Test
  void aSleeperWaitsForTheKernelsWordToo() throws Exception {
    try (LinkPair pair = new LinkPair()) {
      CompletableFuture<Void> sleeper =
          run(() -> {
            while (!pair.service.isSevered()) {
              pair.service.sleep(Long.MAX_VALUE);
            }
          });
      // Another link of the same task: this one's sleeper is woken, and looks.
      TaskWords.Place other = pair.serviceWords.open().orElseThrow();
      while (pair.serviceWords.sever(other) == 0) {
        Thread.onSpinWait();
      }
      assertThat(pair.serviceWords.sever(pair.servicePlace)).isNotNegative();
      sleeper.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void severWordsThatOthersCouldWriteAreRefused() throws Exception {
    try (MemoryFile file = MemoryFile.create("writable")) {
      file.truncate(SeverLayout.SIZE);
      file.addSeals(Set.of(Seal.GROW, Seal.SHRINK, Seal.SEAL));
      assertThat(catchThrowable(() -> SeverWords.map(file.descriptor())))
          .hasMessageContaining("seals");
    }
  }

  @Test
  void memoryWithoutItsSealsIsRefused() throws Exception {
    try (MemoryFile file = MemoryFile.create("unsealed")) {
      file.truncate(LinkLayout.size(LinkLayout.MIN_CAPACITY));
      assertThat(catchThrowable(() -> LinkMemory.map(file.descriptor())))
          .hasMessageContaining("seals");
      assertThat(catchThrowable(() -> SeverWords.map(file.descriptor())))
          .hasMessageContaining("seals");
    }
  }
}
