// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.portunus.abi.mach.TaskFlavor;

/** Receives what is sent to the ports that stand for tasks. Must not throw. */
@FunctionalInterface
public interface TaskServer {
  /**
   * The receiver owns the rights and the custody of the message from then on.
   *
   * @param flavor of the port that it was sent to
   */
  void received(Task task, TaskFlavor flavor, KernelMessage message);
}
