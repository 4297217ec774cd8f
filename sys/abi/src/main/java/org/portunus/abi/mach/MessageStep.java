// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Optional;

/** What happens to a message in the kernel. */
public enum MessageStep {
  /** It is in its destination's queue, or on its way to who waits there. */
  SENT(1),
  /** Its sender waits for room in the queue. */
  BLOCKED(2),
  /** A task or the kernel has received it. */
  RECEIVED(3),
  /** It went back to its sender, with all that it carried. */
  RETURNED(4),
  /** It was destroyed, with all that it carried. */
  DESTROYED(5);

  private final int number;

  MessageStep(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public static Optional<MessageStep> of(int number) {
    for (MessageStep step : values()) {
      if (step.number == number) {
        return Optional.of(step);
      }
    }
    return Optional.empty();
  }
}
