// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Optional;

/** Keys of a voucher's attributes, numbered as MACH_VOUCHER_ATTR_KEY_* of mach_voucher_types.h. */
public enum VoucherKey {
  /** Every key at once. */
  ALL(-1),
  /** A message with it has its receiver work at what its sender works at. No content. */
  IMPORTANCE(2),
  /** Content: i32, a {@link Qos}; a message with it has that one. XNU's PTHPRIORITY. */
  QOS(4),
  /** Content: bytes that only tasks understand. */
  USER_DATA(7);

  private final int number;

  VoucherKey(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public static Optional<VoucherKey> of(int number) {
    return Arrays.stream(values()).filter(key -> key.number == number).findFirst();
  }
}
