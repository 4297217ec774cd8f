// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.event;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts.FutexWait;
import org.portunus.linux.arch.Layouts.TimeSpec;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.SystemCall;

/**
 * Words in shared memory to sleep on together, futex_waitv(2). Used by one thread at a time, which
 * must be a platform thread while it waits. Waits never outlast {@link #LONGEST}: whoever shares
 * the memory can swallow a wake-up.
 */
public final class FutexSet {
  /** The longest wait, in nanoseconds. */
  public static final long LONGEST = 100_000_000;

  private static final int SIZE_U32 = 2;
  private static final int CLOCK_MONOTONIC = 1;
  private static final int FUTEX_WAKE = 1;

  // Freed with this object: another thread may still sleep when its owner is done.
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment words;
  private final MemorySegment until;
  private final int count;

  /**
   * @param count how many words, at most 128
   */
  public FutexSet(int count) {
    this.count = count;
    this.words = arena.allocate((long) count * FutexWait.SIZE, 8);
    this.until = arena.allocate(TimeSpec.SIZE, 8);
  }

  /**
   * Sets the word at an index: a u32 in shared memory, and the value that it has while there is
   * nothing to wake up for. The caller keeps the memory mapped while it waits.
   */
  public void set(int index, MemorySegment memory, long offset, int value) {
    long at = (long) index * FutexWait.SIZE;
    words.set(ValueLayout.JAVA_LONG, at + FutexWait.VALUE, Integer.toUnsignedLong(value));
    words.set(ValueLayout.JAVA_LONG, at + FutexWait.ADDRESS, memory.address() + offset);
    words.set(ValueLayout.JAVA_INT, at + FutexWait.FLAGS, SIZE_U32);
  }

  /**
   * Sleeps until one of the words is woken or differs from its value, or the time is over. A result
   * is a hint only.
   *
   * @return the index of a woken word, or a negative error: EAGAIN (a value differs), ETIMEDOUT,
   *     EINTR
   */
  public int await(long nanos) {
    if (nanos <= 0) {
      return -Errno.ETIMEDOUT.number();
    }
    // HotSpot's nanoTime is CLOCK_MONOTONIC on Linux.
    long end = System.nanoTime() + Math.min(nanos, LONGEST);
    until.set(ValueLayout.JAVA_LONG, TimeSpec.SECONDS, end / 1_000_000_000);
    until.set(ValueLayout.JAVA_LONG, TimeSpec.NANOSECONDS, end % 1_000_000_000);
    // SAFETY: words and time live as long as this set, whose method this is.
    return (int)
        SystemCall.invoke(
            Call.FUTEX_WAITV, words.address(), count, 0, until.address(), CLOCK_MONOTONIC);
  }

  /**
   * Wakes one thread, of any process, that sleeps on the word, futex(2). Never blocks.
   *
   * @return how many, or a negative error
   */
  public static int wakeOne(MemorySegment memory, long offset) {
    return wake(memory, offset, 1);
  }

  /** Wakes all threads that sleep on the word. */
  public static int wakeAll(MemorySegment memory, long offset) {
    return wake(memory, offset, Integer.MAX_VALUE);
  }

  private static int wake(MemorySegment memory, long offset, int most) {
    return (int) SystemCall.invoke(Call.FUTEX, memory.address() + offset, FUTEX_WAKE, most);
  }
}
