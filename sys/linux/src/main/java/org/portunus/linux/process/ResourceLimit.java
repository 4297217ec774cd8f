// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;

/** The limits of setrlimit(2); numbers as on every architecture but MIPS, SPARC and Alpha. */
public enum ResourceLimit {
  /** Processor time, seconds. */
  CPU(0),
  /** Length of a written file, bytes. */
  FILE_SIZE(1),
  /** Private writable memory, bytes; stops a JVM. */
  DATA(2),
  /** Main stack, bytes. */
  STACK(3),
  /** Core dump, bytes. */
  CORE(4),
  /** Resident memory; Linux ignores it. */
  RESIDENT(5),
  /** Processes and threads of the uid. */
  PROCESSES(6),
  /** One above the highest descriptor number. */
  OPEN_FILES(7),
  /** Locked memory, bytes. */
  LOCKED_MEMORY(8),
  /** Address space, bytes; of no use for a JVM. */
  ADDRESS_SPACE(9),
  /** File locks. */
  LOCKS(10),
  /** Queued signals of the uid. */
  PENDING_SIGNALS(11),
  /** POSIX message queues, bytes. */
  MESSAGE_QUEUES(12),
  /** Highest nice value, counted from 20 down. */
  NICE(13),
  /** Highest real-time priority. */
  REAL_TIME_PRIORITY(14),
  /** Real-time slice without a blocking call, microseconds. */
  REAL_TIME_SLICE(15);

  /** No limit. */
  public static final long INFINITY = -1L;

  private final int number;

  ResourceLimit(int number) {
    this.number = number;
  }

  /** Both limits of one resource, in its unit. */
  public record Pair(long soft, long hard) {}

  /** The kernel's number, for prlimit64 in an entry table. */
  public int number() {
    return number;
  }

  /** The limits of this process, prlimit(2). */
  public Pair get() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment old = arena.allocate(Layouts.ResourceLimit.SIZE, 8);
      LinuxException.check(
          "prlimit64 " + this, SystemCall.invoke(Call.PRLIMIT64, 0, number, 0, old.address()));
      return new Pair(
          old.get(ValueLayout.JAVA_LONG, Layouts.ResourceLimit.SOFT),
          old.get(ValueLayout.JAVA_LONG, Layouts.ResourceLimit.HARD));
    }
  }

  /**
   * Sets the limits of a process, prlimit(2).
   *
   * @param pid a child, or 0 for this process
   */
  public void set(int pid, Pair limits) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(Layouts.ResourceLimit.SIZE, 8);
      value.set(ValueLayout.JAVA_LONG, Layouts.ResourceLimit.SOFT, limits.soft());
      value.set(ValueLayout.JAVA_LONG, Layouts.ResourceLimit.HARD, limits.hard());
      LinuxException.check(
          "prlimit64 " + this, SystemCall.invoke(Call.PRLIMIT64, pid, number, value.address(), 0));
    }
  }
}
