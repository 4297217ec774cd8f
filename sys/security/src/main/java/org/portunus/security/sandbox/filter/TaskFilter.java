// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.filter;

import org.portunus.linux.arch.Call;
import org.portunus.linux.seccomp.FilterProgram;

/**
 * The filters of rule C5: two a profile. The entry installs the first and then executes the Java
 * machine; the start code stacks the second over all threads before it says that it is ready.
 *
 * <p>Both are allow-lists. Other architectures and x32 kill the process.
 */
@SuppressWarnings("ImmutableEnumChecker") // neither field is changed after its making
public enum TaskFilter {
  /** A service from the entry to its start code. */
  SERVICE_FIRST(FilterTables.rehearsal(FilterTables.startUp(FilterTables.javaMachine()))),
  /** A service from its start code on. */
  SERVICE_SECOND(FilterTables.javaMachine()),
  /** A service in development mode, likewise. */
  DEVELOPMENT_FIRST(
      FilterTables.rehearsal(
          FilterTables.startUp(
              FilterTables.debugger(FilterTables.ownFiles(FilterTables.javaMachine()))))),
  /** A service in development mode from its start code on. */
  DEVELOPMENT_SECOND(FilterTables.debugger(FilterTables.ownFiles(FilterTables.javaMachine()))),
  /** launchd from the entry to its start code. */
  DAEMON_FIRST(FilterTables.startUp(FilterTables.daemon(FilterTables.javaMachine()))),
  /** launchd from its start code on. */
  DAEMON_SECOND(FilterTables.daemon(FilterTables.javaMachine()));

  private final FilterTable table;
  private final FilterProgram program;

  TaskFilter(FilterTable table) {
    this.table = table;
    this.program =
        table.program(Call.FUTEX, Call.RECVMSG, Call.SENDMSG, Call.READ, Call.WRITE, Call.MPROTECT);
  }

  /** The checked program. */
  public FilterProgram program() {
    return program;
  }

  /** The answers to a number: an action, or conditions and their actions. */
  public String answer(int number) {
    return table.answer(number);
  }
}
