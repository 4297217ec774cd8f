// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

/** Limits of names, rights and queues. Sources: mach/port.h, osfmk/ipc/ipc_entry.h. */
public final class MachLimits {
  /** MACH_PORT_NULL. */
  public static final int NAME_NULL = 0;

  /** MACH_PORT_DEAD. */
  public static final int NAME_DEAD = ~0;

  /** MACH_PORT_QLIMIT_DEFAULT, messages. */
  public static final int QUEUE_DEFAULT = 5;

  /** MACH_PORT_QLIMIT_MAX, messages. */
  public static final int QUEUE_MAX = 1024;

  /** MACH_PORT_UREFS_MAX: a count that reaches it stays there. */
  public static final int UREFS_MAX = 65535;

  private MachLimits() {}
}
