// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import org.portunus.linux.arch.Call;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.call.SystemCall.LibraryFunction;

/** The processors of this machine. */
public final class Processor {
  private static final LibraryFunction SCHED_GETCPU = LibraryFunction.of("sched_getcpu");

  private Processor() {}

  /** Lets others run on this processor first, sched_yield(2). Does not block. */
  public static void giveWay() {
    long _ = SystemCall.invoke(Call.SCHED_YIELD);
  }

  /**
   * The processor that this thread runs on now, sched_getcpu(3); negative when there is no telling.
   * With glibc 2.35 and later a read of the thread's own memory (rseq), no system call.
   */
  public static int current() {
    return SCHED_GETCPU.invoke(0, 0, 0, 0, 0, 0);
  }
}
