// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Optional;

/**
 * How much of its trailer a receiver asks for: MACH_RCV_TRAILER_* of mach/message.h. Each has what
 * those before it have.
 */
public enum TrailerElements {
  /** Type and size only. */
  NONE(0, 8),
  SEQUENCE_NUMBER(1, 12),
  /** Effective user and group of the sender. */
  SENDER(2, 20),
  AUDIT(3, 52),
  /** The context of the port that the message was received on. */
  CONTEXT(4, 60),
  /** No policy here gives message filters: 0. */
  ACCESS_VECTOR(7, 68),
  /** Nobody here labels: 0. */
  LABELS(8, 68);

  /** Where they stand in the options of a receive: MACH_RCV_TRAILER_ELEMENTS. */
  public static final int SHIFT = 24;

  /** The bits of the options that say it, and those of the trailer's type, which is 0. */
  public static final int MASK = 0xff << SHIFT;

  private final int number;
  private final int bytes;

  TrailerElements(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  public int number() {
    return number;
  }

  /** Size of the trailer. */
  public int bytes() {
    return bytes;
  }

  /** The bits that ask for it. */
  public int option() {
    return number << SHIFT;
  }

  /** What these options ask for; empty for a type or elements that there are none of. */
  public static Optional<TrailerElements> ofOptions(int options) {
    int asked = (options & MASK) >>> SHIFT;
    return Arrays.stream(values()).filter(elements -> elements.number == asked).findFirst();
  }
}
