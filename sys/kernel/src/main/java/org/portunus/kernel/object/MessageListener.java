// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.portunus.abi.mach.MessageStep;
import org.portunus.abi.wire.NameList;

/** Hears of every step of every message. */
@FunctionalInterface
public interface MessageListener {
  /**
   * In the midst of an operation: it may look, but not call any.
   *
   * @param receiver counter of the TaskId of who receives from the port; {@link NameList#KERNEL},
   *     {@link NameList#NOBODY}
   * @param port the receiver's name for it, 0 if it has none
   */
  void passed(MessageStep step, KernelMessage message, long receiver, int port);
}
