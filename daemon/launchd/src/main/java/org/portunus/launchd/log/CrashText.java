// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.log;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds, in the lines of a task's standard output, what its Java machine writes when a signal ends
 * it. Linux does not tell: the machine catches the signal, reports it and exits with status {@value
 * #STATUS}. It is the task's own word, and about nobody but itself.
 *
 * <p>The pump's thread reads lines; any thread may ask.
 */
public final class CrashText {
  /** How a Java machine that was ended by a signal exits. */
  public static final int STATUS = 1;

  private static final String HEAD =
      "# A fatal error has been detected by the Java Runtime Environment:";
  private static final Pattern SIGNAL =
      Pattern.compile("#  (SIG[A-Z]{2,8}) \\(0x[0-9a-f]{1,2}\\) at pc=.*");

  // Linux keeps a SIGABRT of its own from process 1 of a pid namespace, which every task is: abort
  // then ends by an instruction that faults.
  private static final Pattern ABORT =
      Pattern.compile("# C  \\[libc\\.so\\.6\\+0x[0-9a-f]+\\]  abort\\+0x[0-9a-f]+");

  private boolean headSeen;
  private volatile String signal = "";

  void line(String text) {
    if (!text.startsWith("#")) {
      return;
    }
    headSeen |= text.equals(HEAD);
    if (!headSeen) {
      return;
    }
    Matcher named = SIGNAL.matcher(text);
    if (signal.isEmpty() && named.matches()) {
      signal = named.group(1);
    } else if (ABORT.matcher(text).matches()) {
      signal = "SIGABRT";
    }
  }

  /** Such as SIGSEGV; empty if no line told of one. */
  Optional<String> signal() {
    return Optional.of(signal).filter(name -> !name.isEmpty());
  }
}
