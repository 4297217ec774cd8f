// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.portunus.kernel.custody.Closer;
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

  /** What a failed entry reported; empty if none did. */
  public Optional<String> failure() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment record = arena.allocate(EntryFailure.SIZE);
      // The pipe is non-blocking: EAGAIN says that nothing was reported, as an end of file does.
      if (report.read(record) != EntryFailure.SIZE) {
        return Optional.empty();
      }
      return EntryFailure.decode(record.toArray(ValueLayout.JAVA_BYTE)).map(EntryFailure::toString);
    }
  }

  /** Lets go of what the kernel holds of it, once it has ended. */
  public void close(Closer closer) {
    closer.close(report);
    child.close();
  }
}
