// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.crash;

import java.util.List;

/** The names of signals on x86-64 and aarch64, signal(7). */
public final class SignalName {
  private static final List<String> NAMES =
      List.of(
          "SIGHUP",
          "SIGINT",
          "SIGQUIT",
          "SIGILL",
          "SIGTRAP",
          "SIGABRT",
          "SIGBUS",
          "SIGFPE",
          "SIGKILL",
          "SIGUSR1",
          "SIGSEGV",
          "SIGUSR2",
          "SIGPIPE",
          "SIGALRM",
          "SIGTERM",
          "SIGSTKFLT",
          "SIGCHLD",
          "SIGCONT",
          "SIGSTOP",
          "SIGTSTP",
          "SIGTTIN",
          "SIGTTOU",
          "SIGURG",
          "SIGXCPU",
          "SIGXFSZ",
          "SIGVTALRM",
          "SIGPROF",
          "SIGWINCH",
          "SIGIO",
          "SIGPWR",
          "SIGSYS");

  private SignalName() {}

  /** Such as SIGSEGV; {@code signal N} for a number without a name. */
  public static String of(int number) {
    return number >= 1 && number <= NAMES.size() ? NAMES.get(number - 1) : "signal " + number;
  }
}
