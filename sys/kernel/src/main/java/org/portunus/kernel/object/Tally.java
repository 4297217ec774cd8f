// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.portunus.abi.mach.NotificationKind;

/** Running counts of what exists, changed where a thing begins and where it ends. */
final class Tally {
  int ports;
  int portSets;
  int names;
  int messages;
  long bytes;
  int carried;
  int custodies;
  int blockedSends;
  int pendingReceives;

  private static final int FIRST_NOTIFICATION = 64;
  private final long[] notifications = new long[16];

  void countNotification(NotificationKind kind) {
    notifications[kind.number() - FIRST_NOTIFICATION]++;
  }

  /** Since the start. */
  long notifications(NotificationKind kind) {
    return notifications[kind.number() - FIRST_NOTIFICATION];
  }
}
