// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.util.Optional;
import org.portunus.kernel.custody.Closer;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.entry.EntryFailure;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.process.Child;
import org.portunus.linux.process.Signal;
import org.portunus.security.sandbox.LaunchPlan;

/**
 * A sandbox that was started: bubblewrap outside of it, which is our child and ends with it, and
 * the first process inside.
 *
 * @param child bubblewrap; its pidfd comes from the spawn
 * @param insidePid first process of the sandbox, as bubblewrap told it: information only
 * @param kernelEnd the kernel's end of the kernel socket; the session takes it over
 * @param report where an entry that fails says why
 */
public record LaunchedProcess(
    Child child, int insidePid, Descriptor kernelEnd, Descriptor report, LaunchPlan plan) {

  /** Ends the sandbox and everything in it. */
  public void kill() {
    // ESRCH says that it has ended already.
    child.signal(Signal.KILL);
  }

  /** What a failed entry reported, with the row that failed; empty if none did. */
  public Optional<String> failure() {
    try {
      byte[] bytes = report.readFully(EntryFailure.SIZE);
      return EntryFailure.decode(bytes).map(EntryFailure::toString);
    } catch (LinuxException broken) {
      return Optional.of("the report could not be read: " + broken.getMessage());
    }
  }

  /** Lets go of what the kernel holds of it, once it has ended. */
  public void close(Closer closer) {
    closer.close(report);
    child.close();
  }
}
