// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.file.Descriptor;

/**
 * Waits for the end of processes that are no children of this one. A number may stand for another
 * process by the time it is looked at: good for waiting, never for deciding or signalling.
 */
public final class ProcessWatch {
  private ProcessWatch() {}

  /**
   * Waits until the process of this number has ended, pidfd_open(2) and poll(2).
   *
   * @param millis at most this long
   */
  public static void awaitEnd(int pid, int millis) throws LinuxException {
    long result = SystemCall.invoke(Call.PIDFD_OPEN, pid, 0);
    if (Errno.ESRCH.is(result)) {
      return;
    }
    try (Descriptor pidfd =
        Descriptor.own((int) LinuxException.check("pidfd_open " + pid, result))) {
      int unusedReadiness = Readiness.await(pidfd, Readiness.READABLE, millis);
    }
  }
}
