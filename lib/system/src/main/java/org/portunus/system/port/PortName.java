// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.wire.PortDescriptor;

/** A name in this task's space. It means nothing to any other task. */
public record PortName(int number) {
  /** MACH_PORT_NULL. */
  public static final PortName NULL = new PortName(MachLimits.NAME_NULL);

  /** MACH_PORT_DEAD: a right that died on its way. */
  public static final PortName DEAD = new PortName(MachLimits.NAME_DEAD);

  /** Whether this can name a right. */
  public boolean isValid() {
    return number != MachLimits.NAME_NULL && number != MachLimits.NAME_DEAD;
  }

  /** This name in a message. */
  public PortDescriptor as(Disposition disposition) {
    return new PortDescriptor(number, disposition);
  }

  @Override
  public String toString() {
    return "0x" + Integer.toHexString(number);
  }
}
