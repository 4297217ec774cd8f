// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.portunus.abi.mach.GuardException;

/** Hears of operations that a guard has refused. */
@FunctionalInterface
public interface GuardListener {
  /**
   * As a continuation: it may call any operation.
   *
   * @param name as the task has it
   * @param guard of the port, 0 where there is none
   */
  void violated(Task task, int name, GuardException exception, long guard);
}
