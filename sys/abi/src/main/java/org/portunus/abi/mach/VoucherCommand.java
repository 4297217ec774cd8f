// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Optional;

/** Commands of a voucher's recipe, numbered as MACH_VOUCHER_ATTR_* of mach_voucher_types.h. */
public enum VoucherCommand {
  NOOP(0),
  /** The attribute, or all, as the previous voucher has it. */
  COPY(1),
  /** The attribute, or all, away; with a previous voucher only where that has the same. */
  REMOVE(2),
  IMPORTANCE_SELF(200),
  USER_DATA_STORE(211),
  /** XNU's PTHPRIORITY_CREATE. */
  QOS_CREATE(710);

  private final int number;

  VoucherCommand(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public static Optional<VoucherCommand> of(int number) {
    return Arrays.stream(values()).filter(command -> command.number == number).findFirst();
  }
}
