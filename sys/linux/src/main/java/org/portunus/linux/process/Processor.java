// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.call.SystemCall.LibraryFunction;

/** The processors of this machine. */
public final class Processor {
  // As many bytes as Linux has bits for processors on this architecture, 8192.
  private static final long MASK = 1024;

  private static final LibraryFunction SCHED_GETCPU = LibraryFunction.of("sched_getcpu");

  private Processor() {}

  /** Lets others run on this processor first, sched_yield(2). Does not block. */
  public static void giveWay() {
    long _ = SystemCall.invoke(Call.SCHED_YIELD);
  }

  /**
   * Has this thread run on another processor than this one, if it may; which ones it may run on is
   * the same afterwards. Takes some microseconds, and a turn on the other processor.
   *
   * @return false if it may run on no other, or may not choose
   */
  public static boolean leave(int processor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment allowed = arena.allocate(MASK);
      long bytes = SystemCall.invoke(Call.SCHED_GETAFFINITY, 0, MASK, allowed.address());
      if (bytes <= 0 || processor < 0 || processor >= bytes * 8) {
        return false;
      }
      MemorySegment others = arena.allocate(MASK).copyFrom(allowed);
      byte bits = others.get(ValueLayout.JAVA_BYTE, processor / 8);
      others.set(ValueLayout.JAVA_BYTE, processor / 8, (byte) (bits & ~(1 << processor % 8)));
      // Linux refuses to run it nowhere, or on processors that its group has not.
      if (SystemCall.invoke(Call.SCHED_SETAFFINITY, 0, bytes, others.address()) != 0) {
        return false;
      }
      long _ = SystemCall.invoke(Call.SCHED_SETAFFINITY, 0, bytes, allowed.address());
      return true;
    }
  }

  /**
   * The processor that this thread runs on now, sched_getcpu(3); negative when there is no telling.
   * With glibc 2.35 and later a read of the thread's own memory (rseq), no system call.
   */
  public static int current() {
    return SCHED_GETCPU.invoke(0, 0, 0, 0, 0, 0);
  }
}
