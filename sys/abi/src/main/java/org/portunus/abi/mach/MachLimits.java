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

  /** MACH_PORT_QLIMIT_KERNEL, messages: queues that the kernel itself receives from. */
  public static final int QUEUE_KERNEL = 65534;

  /** MACH_PORT_UREFS_MAX: a count that reaches it stays there. */
  public static final int UREFS_MAX = 65535;

  /** Most port rights in one message. */
  public static final int MESSAGE_PORTS_MAX = 16383;

  /** Bits of a name below its index: the generation. MACH_PORT_INDEX in mach/port.h. */
  public static final int GENERATION_BITS = 8;

  /** Generation bits that every name has set. IE_BITS_ROLL_MASK in osfmk/ipc/ipc_entry.h. */
  public static final int GENERATION_FIXED = 3;

  private MachLimits() {}
}
