// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.portunus.linux.process.ThisProcess;

/** Who starts a sandbox. */
enum Caller {
  ROOT,
  USER;

  /** An ordinary user without account and groups. */
  static final int USER_ID = 65_533;

  private static boolean isRoot() {
    return ThisProcess.effectiveUid() == 0;
  }

  /** Whether this process can be it or become it. */
  boolean isPossible() {
    return this == USER || isRoot();
  }

  /** Whether this process must leave root for it. */
  boolean isAnother() {
    return this == USER && isRoot();
  }

  /** The command, as this caller. */
  List<String> command(List<String> command) {
    if (!isAnother()) {
      return command;
    }
    List<String> all =
        new ArrayList<>(
            List.of(
                "/usr/bin/setpriv",
                "--reuid=" + USER_ID,
                "--regid=" + USER_ID,
                "--clear-groups",
                "--"));
    all.addAll(command);
    return all;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
