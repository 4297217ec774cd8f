// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Set;

/** What a port is made with, numbered as MPO_* in mach/port.h. */
public enum PortOption {
  /** The context is a guard from the beginning. */
  CONTEXT_AS_GUARD(0x01),
  /** Another queue limit than the default. */
  QUEUE_LIMIT(0x02),
  /** Importance goes to whoever receives next, not to the holder. */
  TEMPORARY_OWNER(0x04),
  /** Messages raise the importance of the receiver. */
  IMPORTANCE_RECEIVER(0x08),
  /** A send right under the same name. */
  INSERT_SEND_RIGHT(0x10),
  /** With a guard: the context can't be changed either. */
  STRICT(0x20),
  /** As {@link #IMPORTANCE_RECEIVER}. */
  DENAP_RECEIVER(0x40),
  /** With a guard: the receive right can't be moved. */
  IMMOVABLE_RECEIVE(0x80),
  FILTER_MESSAGES(0x100),
  THREAD_GROUP_TRACKING(0x200),
  /** Has the name of a service; only launchd makes these. */
  SERVICE_PORT(0x400),
  /** Belongs to a service port; neither its receive nor its send rights move. */
  CONNECTION_PORT(0x800),
  /** Only send-once rights, made as the reply right of a message; never moves. */
  REPLY_PORT(0x1000),
  /** A message to it has a reply port as its reply right, or none. */
  ENFORCE_REPLY_PORT_SEMANTICS(0x2000),
  /** A reply port in name, without its rules. */
  PROVISIONAL_REPLY_PORT(0x4000),
  PROVISIONAL_ID_PROTECTION_OPTOUT(0x8000);

  private static final int ALL = mask(Set.of(values()));

  private final int bit;

  PortOption(int bit) {
    this.bit = bit;
  }

  public int bit() {
    return bit;
  }

  public boolean isIn(int mask) {
    return (mask & bit) != 0;
  }

  /** Whether every bit of the mask is an option. */
  public static boolean areKnown(int mask) {
    return (mask & ~ALL) == 0;
  }

  public static int mask(Set<PortOption> options) {
    return options.stream().mapToInt(PortOption::bit).reduce(0, (a, b) -> a | b);
  }

  /** Of these, how many are in a mask. */
  static long count(int mask, PortOption... options) {
    return Arrays.stream(options).filter(option -> option.isIn(mask)).count();
  }

  /** Whether it has two options that exclude each other. */
  public static boolean contradict(int mask) {
    return count(mask, SERVICE_PORT, CONNECTION_PORT, THREAD_GROUP_TRACKING) > 1
        || count(
                mask,
                REPLY_PORT,
                ENFORCE_REPLY_PORT_SEMANTICS,
                PROVISIONAL_REPLY_PORT,
                PROVISIONAL_ID_PROTECTION_OPTOUT)
            > 1;
  }
}
