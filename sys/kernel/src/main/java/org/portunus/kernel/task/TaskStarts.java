// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

/** What the entry asks of the part that starts and ends tasks. */
public interface TaskStarts {
  /**
   * The start code says that both filters are on: verify, then send the code.
   *
   * @param whenVerified runs when the sandbox was found as planned, before the code is sent
   */
  void ready(RunningTask task, Runnable whenVerified);

  /** The kernel socket of the task has ended. */
  void socketEnded(RunningTask task, String reason);
}
