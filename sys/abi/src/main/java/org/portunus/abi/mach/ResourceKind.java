// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Optional;

/**
 * What the kernel holds for a task up to a limit. The number is the id of the message that tells of
 * the limit: of names port_space_violation in mach/resource_notify.defs, of others our own.
 */
public enum ResourceKind {
  NAMES(827_803),
  MESSAGES(827_850),
  BYTES(827_851),
  SEND_ONCE(827_852);

  private final int number;

  ResourceKind(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public static Optional<ResourceKind> of(int number) {
    return Arrays.stream(values()).filter(kind -> kind.number == number).findFirst();
  }
}
