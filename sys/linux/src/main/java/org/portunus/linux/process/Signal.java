// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

/** The signal numbers that the system sends or explains, signal(7). */
public final class Signal {
  public static final int HANG_UP = 1;
  public static final int INTERRUPT = 2;
  public static final int QUIT = 3;
  public static final int ABORT = 6;
  public static final int KILL = 9;
  public static final int SEGMENTATION = 11;
  public static final int PIPE = 13;
  public static final int TERMINATE = 15;
  public static final int CHILD = 17;
  public static final int CONTINUE = 18;
  public static final int STOP = 19;
  public static final int BAD_SYSTEM_CALL = 31;

  private static final String[] NAMES = {
    "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };

  private Signal() {}

  /** Its name, such as SIGSEGV; of a real-time signal its number. */
  public static String name(int signal) {
    return signal > 0 && signal < NAMES.length ? "SIG" + NAMES[signal] : "signal " + signal;
  }
}
