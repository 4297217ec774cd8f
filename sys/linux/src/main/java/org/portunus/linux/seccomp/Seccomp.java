// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.seccomp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts.SocketFilter;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;

/**
 * Installs filters in this process, seccomp(2). A filter stays for good and binds what the threads
 * start; the strictest answer of several counts.
 */
public final class Seccomp {
  /** {@code seccomp} operation, also for entry tables. */
  public static final int SET_MODE_FILTER = 1;

  private static final int TSYNC = 1;
  private static final int TSYNC_ESRCH = 16;

  private Seccomp() {}

  /** Which threads a filter binds. */
  public enum Threads {
    /** The calling platform thread and what it starts. */
    CALLING(0),
    /** All of this process at once, or none: ESRCH when one can't follow. */
    ALL(TSYNC | TSYNC_ESRCH);

    private final int flags;

    Threads(int flags) {
      this.flags = flags;
    }
  }

  /**
   * Installs a filter; the caller has set no_new_privs before (EACCES otherwise).
   *
   * @throws LinuxException also when the program is too long for the kernel's total
   */
  public static void install(FilterProgram program, Threads threads) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocate(SocketFilter.PROGRAM_SIZE, 8);
      MemorySegment code =
          arena.allocate((long) program.length() * SocketFilter.INSTRUCTION_SIZE, 8);
      code.copyFrom(MemorySegment.ofArray(program.toBytes()));
      header.set(ValueLayout.JAVA_SHORT, SocketFilter.PROGRAM_LENGTH, (short) program.length());
      header.set(ValueLayout.JAVA_LONG, SocketFilter.PROGRAM_ADDRESS, code.address());
      LinuxException.check(
          "seccomp SET_MODE_FILTER",
          SystemCall.invoke(Call.SECCOMP, SET_MODE_FILTER, threads.flags, header.address()));
    }
  }
}
