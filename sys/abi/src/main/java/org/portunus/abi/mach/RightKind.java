// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Optional;

/** Kinds of right, numbered as MACH_PORT_RIGHT_* in mach/port.h. */
public enum RightKind {
  SEND(0),
  RECEIVE(1),
  SEND_ONCE(2),
  PORT_SET(3),
  DEAD_NAME(4);

  private final int number;

  RightKind(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The bit of this kind in a port type mask: 1 shifted left by 16 and the number. */
  public int typeBit() {
    return 1 << (16 + number);
  }

  public static Optional<RightKind> of(int number) {
    return number >= 0 && number < values().length
        ? Optional.of(values()[number])
        : Optional.empty();
  }
}
