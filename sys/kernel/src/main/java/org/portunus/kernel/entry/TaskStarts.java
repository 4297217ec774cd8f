// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import org.portunus.kernel.task.RunningTask;

/** What the entry asks of the part that starts and ends tasks. */
public interface TaskStarts {
  /** The start code says that both filters are on: verify, then send the code. */
  void ready(RunningTask task);

  /** The kernel socket of the task has ended. */
  void socketEnded(RunningTask task, String reason);
}
