// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Optional;

/** Notification messages, numbered as MACH_NOTIFY_* in mach/notify.h. */
public enum NotificationKind {
  PORT_DELETED(65),
  SEND_POSSIBLE(66),
  PORT_DESTROYED(69),
  NO_SENDERS(70),
  SEND_ONCE(71),
  DEAD_NAME(72);

  private final int number;

  NotificationKind(int number) {
    this.number = number;
  }

  /** The message id of the notification. */
  public int number() {
    return number;
  }

  public static Optional<NotificationKind> of(int number) {
    return Arrays.stream(values()).filter(kind -> kind.number == number).findFirst();
  }
}
