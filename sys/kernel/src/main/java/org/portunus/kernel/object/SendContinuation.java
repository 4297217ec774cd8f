// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import org.portunus.abi.mach.KernReturn;

/** What happens when a send has ended. Called exactly once for each send; must not throw. */
@FunctionalInterface
public interface SendContinuation {
  /**
   * @param returned present if the message came back: SEND_TIMED_OUT, SEND_INTERRUPTED, and
   *     SEND_INVALID_DEST of a send that was blocked
   */
  void sent(KernReturn result, Optional<ReturnedMessage> returned);
}
