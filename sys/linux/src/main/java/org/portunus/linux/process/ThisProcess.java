// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import org.portunus.linux.arch.Call;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;

/** What this process is, and what it makes of itself, prctl(2). */
public final class ThisProcess {
  /** {@code prctl} options, also for entry tables. */
  public static final int PR_SET_PDEATHSIG = 1;

  public static final int PR_GET_DUMPABLE = 3;
  public static final int PR_SET_DUMPABLE = 4;
  public static final int PR_SET_NO_NEW_PRIVS = 38;
  public static final int PR_GET_NO_NEW_PRIVS = 39;
  public static final int PR_SET_THP_DISABLE = 41;
  public static final int PR_GET_THP_DISABLE = 42;

  private ThisProcess() {}

  public static int pid() {
    return (int) SystemCall.invoke(Call.GETPID);
  }

  public static int parentPid() {
    return (int) SystemCall.invoke(Call.GETPPID);
  }

  /** The calling platform thread's id. */
  public static int threadId() {
    return (int) SystemCall.invoke(Call.GETTID);
  }

  public static int uid() {
    return (int) SystemCall.invoke(Call.GETUID);
  }

  public static int effectiveUid() {
    return (int) SystemCall.invoke(Call.GETEUID);
  }

  public static int gid() {
    return (int) SystemCall.invoke(Call.GETGID);
  }

  public static int effectiveGid() {
    return (int) SystemCall.invoke(Call.GETEGID);
  }

  /**
   * The signal that this process gets when the thread that started it ends. A parent that ended
   * before the call is not noticed: compare {@link #parentPid} afterwards.
   */
  public static void setParentDeathSignal(int signal) throws LinuxException {
    control("prctl PR_SET_PDEATHSIG", PR_SET_PDEATHSIG, signal);
  }

  /** No core dump, no attach, /proc owned by root. */
  public static void makeUndumpable() throws LinuxException {
    control("prctl PR_SET_DUMPABLE", PR_SET_DUMPABLE, 0);
  }

  public static boolean isDumpable() throws LinuxException {
    return control("prctl PR_GET_DUMPABLE", PR_GET_DUMPABLE, 0) == 1;
  }

  /** Execve gains nothing any more; for the calling thread and what it starts. */
  public static void setNoNewPrivileges() throws LinuxException {
    control("prctl PR_SET_NO_NEW_PRIVS", PR_SET_NO_NEW_PRIVS, 1);
  }

  public static boolean hasNoNewPrivileges() throws LinuxException {
    return control("prctl PR_GET_NO_NEW_PRIVS", PR_GET_NO_NEW_PRIVS, 0) == 1;
  }

  /** No transparent huge pages for memory mapped from now on. */
  public static void disableHugePages() throws LinuxException {
    control("prctl PR_SET_THP_DISABLE", PR_SET_THP_DISABLE, 1);
  }

  public static boolean hasHugePagesDisabled() throws LinuxException {
    return control("prctl PR_GET_THP_DISABLE", PR_GET_THP_DISABLE, 0) == 1;
  }

  private static long control(String name, int option, long value) throws LinuxException {
    return LinuxException.check(name, SystemCall.invoke(Call.PRCTL, option, value, 0, 0, 0));
  }
}
