// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Optional;

/** What becomes of a right in a message, numbered as MACH_MSG_TYPE_* in mach/message.h. */
public enum Disposition {
  MOVE_RECEIVE(16),
  MOVE_SEND(17),
  MOVE_SEND_ONCE(18),
  COPY_SEND(19),
  MAKE_SEND(20),
  MAKE_SEND_ONCE(21);

  private final int number;

  Disposition(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The kind of right that arrives. */
  public RightKind arrivesAs() {
    return switch (this) {
      case MOVE_RECEIVE -> RightKind.RECEIVE;
      case MOVE_SEND, COPY_SEND, MAKE_SEND -> RightKind.SEND;
      case MOVE_SEND_ONCE, MAKE_SEND_ONCE -> RightKind.SEND_ONCE;
    };
  }

  public static Optional<Disposition> of(int number) {
    return number >= 16 && number <= 21 ? Optional.of(values()[number - 16]) : Optional.empty();
  }
}
