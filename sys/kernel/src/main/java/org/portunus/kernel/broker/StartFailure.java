// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.portunus.security.sandbox.limits.UidRange;
import org.portunus.security.sandbox.machine.Finding;
import org.portunus.security.sandbox.machine.Machine;
import org.portunus.security.sandbox.machine.MachineFacts;

/**
 * Why a kernel task ended before it was ready: what this machine lacks, with what to do about it.
 * Distributions block user namespaces in several ways, and bubblewrap names none of them.
 */
final class StartFailure {
  private StartFailure() {}

  /** One line for each need that is not met. */
  static List<String> causes() {
    List<String> causes = new ArrayList<>();
    try {
      for (Finding finding : Machine.examine(MachineFacts.probe(), UidRange.RESERVED)) {
        if (finding.state() == Finding.State.MISSING) {
          causes.add(finding.name() + ": " + finding.found() + "; fix: " + finding.remedy());
        }
      }
    } catch (IOException unreadable) {
      causes.add("this machine can't be examined: " + unreadable.getMessage());
    }
    return causes;
  }
}
