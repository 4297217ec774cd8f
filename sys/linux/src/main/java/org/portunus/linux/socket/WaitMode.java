// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.socket;

/** Whether a call may wait for the peer. */
public enum WaitMode {
  /** Block the thread; never on a virtual thread. */
  WAIT(0),
  /** Return {@code -EAGAIN} instead of waiting, MSG_DONTWAIT. */
  DONT_WAIT(0x40);

  private final int flag;

  WaitMode(int flag) {
    this.flag = flag;
  }

  int flag() {
    return flag;
  }
}
