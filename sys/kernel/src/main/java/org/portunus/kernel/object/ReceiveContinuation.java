// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/** What happens when a receive has ended. Called exactly once for each receive; must not throw. */
@FunctionalInterface
public interface ReceiveContinuation {
  /** The message, or RCV_TIMED_OUT, RCV_PORT_DIED, RCV_INVALID_NAME, NO_SPACE, INVALID_TASK. */
  void received(Outcome<Received> outcome);
}
