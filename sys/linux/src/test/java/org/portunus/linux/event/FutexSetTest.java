// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.linux.call.Errno;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;
import org.portunus.linux.process.Processor;

@Timeout(30)
class FutexSetTest {
  private interface Body {
    void run(MemorySegment writable, MemorySegment readOnly, FutexSet set) throws Exception;
  }

  /** Two mappings of one memory file, the second of a file that is sealed against more writers. */
  private static void inSharedMemory(Body body) throws Exception {
    try (MemoryFile file = MemoryFile.create("futex");
        Arena arena = Arena.ofShared()) {
      file.truncate(4096);
      MemorySegment writable =
          Mapping.map(
              file.descriptor(), 0, 4096, Mapping.Access.READ_WRITE, Mapping.Sharing.SHARED, arena);
      file.addSeals(Set.of(Seal.FUTURE_WRITE, Seal.GROW, Seal.SHRINK, Seal.SEAL));
      MemorySegment readOnly =
          Mapping.map(
              file.descriptor(), 0, 4096, Mapping.Access.READ, Mapping.Sharing.SHARED, arena);
      body.run(writable, readOnly, new FutexSet(2));
    }
  }

  @Test
  void aValueThatDiffersEndsTheWaitAtOnce() throws Exception {
    inSharedMemory((writable, readOnly, set) -> {
      set.set(0, readOnly, 0, 0);
      set.set(1, readOnly, 64, 1);
      assertThat(Errno.EAGAIN.is(set.await(FutexSet.LONGEST))).isTrue();
    });
  }

  @Test
  void noWaitIsLongerThanTheLongest() throws Exception {
    inSharedMemory((writable, readOnly, set) -> {
      set.set(0, readOnly, 0, 0);
      set.set(1, readOnly, 64, 0);
      assertThat(Errno.ETIMEDOUT.is(set.await(Long.MAX_VALUE))).isTrue();
      assertThat(Errno.ETIMEDOUT.is(set.await(-1))).isTrue();
    });
  }

  @Test
  void eitherWordWakesThroughAnotherMapping() throws Exception {
    for (int word = 0; word < 2; word++) {
      long offset = 64L * word;
      inSharedMemory((writable, readOnly, set) -> {
        CompletableFuture<Integer> woken = new CompletableFuture<>();
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              int result;
              do {
                set.set(0, readOnly, 0, 0);
                set.set(1, readOnly, 64, 0);
                result = set.await(FutexSet.LONGEST);
              } while (Errno.ETIMEDOUT.is(result));
              woken.complete(result);
            });
        while (FutexSet.wakeOne(writable, offset) == 0) {
          Thread.onSpinWait();
        }
        assertThat(woken.get(10, TimeUnit.SECONDS)).isEqualTo((int) (offset / 64));
        writable.set(ValueLayout.JAVA_INT, offset, 7);
        assertThat(readOnly.get(ValueLayout.JAVA_INT, offset)).isEqualTo(7);
      });
    }
  }

  @Test
  void processorsHaveNumbers() {
    assertThat(Processor.current()).isBetween(0, 8191);
  }
}
