// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why an operation on a port raised EXC_GUARD, numbered as kGUARD_EXC_* in mach/port.h; those that
 * this system raises. XNU's guards for wrong names and values are off there by default, and not
 * here at all.
 */
public enum GuardException {
  DESTROY(1),
  MOD_REFS(2),
  SET_CONTEXT(4),
  UNGUARDED(1 << 3),
  INCORRECT_GUARD(1 << 4),
  IMMOVABLE(1 << 5),
  INVALID_RIGHT(1 << 8),
  INVALID_ARGUMENT(1 << 11),
  REQUIRE_REPLY_PORT_SEMANTICS(1 << 23);

  /** EXC_GUARD in mach/exception_types.h. */
  public static final int EXCEPTION = 12;

  private final int number;

  GuardException(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public static Optional<GuardException> of(int number) {
    return Arrays.stream(values()).filter(guard -> guard.number == number).findFirst();
  }
}
