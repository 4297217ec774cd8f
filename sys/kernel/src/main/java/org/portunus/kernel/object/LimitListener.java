// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import org.portunus.abi.id.EventId;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.ResourceKind;

/**
 * Hears of limits that tasks meet. In the midst of an operation: it may look, but not call any.
 * What it answers is the event that records it, which the refusal names; empty for none.
 */
public interface LimitListener {
  /** Nobody hears of them. */
  LimitListener NOBODY =
      new LimitListener() {
        @Override
        public Optional<EventId> met(
            Task task, ResourceKind kind, long held, long limit, long share) {
          return Optional.empty();
        }

        @Override
        public Optional<EventId> refused(Task task, KernReturn result) {
          return Optional.empty();
        }
      };

  /**
   * Something was refused for what the task holds.
   *
   * @param share to how much all tasks together let it grow
   */
  Optional<EventId> met(Task task, ResourceKind kind, long held, long limit, long share);

  /** A request was refused for want of room that is not among what is counted for a task. */
  Optional<EventId> refused(Task task, KernReturn result);
}
