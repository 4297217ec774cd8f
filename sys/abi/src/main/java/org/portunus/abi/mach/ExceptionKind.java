// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

/** What happens to a task that others may hear of, numbered as EXC_* in mach/exception_types.h. */
public enum ExceptionKind {
  /** Its process ended by a signal, or with a status other than 0. */
  CRASH(10),
  /** It broke a guard: {@link GuardException}. */
  GUARD(12);

  private final int number;

  ExceptionKind(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** Bit in an exception mask, EXC_MASK_*. */
  public int bit() {
    return 1 << number;
  }

  /** The bits of all. */
  public static int all() {
    int mask = 0;
    for (ExceptionKind kind : values()) {
      mask |= kind.bit();
    }
    return mask;
  }
}
