// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

/** How a port is guarded, numbered as MPG_* in mach/port.h. */
public enum GuardFlag {
  /** The context can't be changed either. */
  STRICT(1),
  /** The receive right can't be moved. */
  IMMOVABLE_RECEIVE(2);

  private final int bit;

  GuardFlag(int bit) {
    this.bit = bit;
  }

  public int bit() {
    return bit;
  }

  public boolean isIn(long mask) {
    return (mask & bit) != 0;
  }
}
