// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Optional;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts;
import org.portunus.linux.arch.Layouts.ResourceUsage;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/**
 * A child of this process, held by its pidfd. The pidfd is readable once the child has ended; then
 * {@link #poll} reaps it, once, and remembers how it ended.
 *
 * <p>Any thread may call. Closing gives up the pidfd; a child that was not reaped stays.
 */
public final class Child implements AutoCloseable {
  private static final int P_PIDFD = 3;
  private static final int WNOHANG = 1;
  private static final int WEXITED = 4;
  private static final int CLD_EXITED = 1;
  private static final int CLD_KILLED = 2;
  private static final int CLD_DUMPED = 3;

  private final int pid;
  private final Descriptor pidfd;
  private Optional<ExitRecord> record = Optional.empty();

  private Child(int pid, Descriptor pidfd) {
    this.pid = pid;
    this.pidfd = pidfd;
  }

  static Child adopt(int pid) throws LinuxException {
    // SAFETY: the pid names a child that nobody but this object reaps, so the kernel can't have
    // given it to another process between posix_spawn and pidfd_open. This needs SIGCHLD not to be
    // ignored, and no other code of this process to wait for children it did not start.
    long result = SystemCall.invoke(Call.PIDFD_OPEN, pid, 0);
    return new Child(pid, Descriptor.own((int) LinuxException.check("pidfd_open " + pid, result)));
  }

  /** The pid in this process's namespace: information only. */
  public int pid() {
    return pid;
  }

  /** The pidfd, readable once the child has ended; this object still owns it. */
  public Descriptor pidfd() {
    return pidfd;
  }

  /** How it ended, or empty while it lives. */
  public Optional<ExitRecord> poll() throws LinuxException {
    return reap(WNOHANG);
  }

  /** Blocks until it ends; never on a virtual thread. */
  public ExitRecord await() throws LinuxException {
    return reap(0).orElseThrow();
  }

  private synchronized Optional<ExitRecord> reap(int flags) throws LinuxException {
    if (record.isPresent()) {
      return record;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment information = arena.allocate(Layouts.SignalInformation.SIZE, 8);
      MemorySegment usage = arena.allocate(ResourceUsage.SIZE, 8);
      long result;
      do {
        result =
            SystemCall.invoke(
                Call.WAITID,
                P_PIDFD,
                pidfd.raw(),
                information.address(),
                WEXITED | flags,
                usage.address());
      } while (Errno.EINTR.is(result));
      LinuxException.check("waitid " + pid, result);
      if (information.get(ValueLayout.JAVA_INT, Layouts.SignalInformation.PID) != 0) {
        record = Optional.of(decode(information, usage));
      }
      return record;
    }
  }

  private static ExitRecord decode(MemorySegment information, MemorySegment usage) {
    int status = information.get(ValueLayout.JAVA_INT, Layouts.SignalInformation.STATUS);
    int code = information.get(ValueLayout.JAVA_INT, Layouts.SignalInformation.CODE);
    ExitRecord.Outcome outcome =
        switch (code) {
          case CLD_EXITED -> new ExitRecord.Outcome.Exited(status);
          case CLD_KILLED -> new ExitRecord.Outcome.Killed(status);
          case CLD_DUMPED -> new ExitRecord.Outcome.Dumped(status);
          default -> throw new IllegalStateException("waitid told si_code " + code);
        };
    return new ExitRecord(
        outcome,
        time(usage, ResourceUsage.USER_TIME),
        time(usage, ResourceUsage.SYSTEM_TIME),
        usage.get(ValueLayout.JAVA_LONG, ResourceUsage.MAXIMUM_RESIDENT) * 1024);
  }

  private static Duration time(MemorySegment usage, int offset) {
    return Duration.ofSeconds(
        usage.get(ValueLayout.JAVA_LONG, offset),
        usage.get(ValueLayout.JAVA_LONG, offset + 8L) * 1000);
  }

  /** Sends a signal, pidfd_send_signal(2): 0, or {@code -ESRCH} when it has been reaped. */
  public int signal(int signal) {
    return (int) SystemCall.invoke(Call.PIDFD_SEND_SIGNAL, pidfd.raw(), signal, 0, 0);
  }

  @Override
  public void close() {
    pidfd.close();
  }
}
