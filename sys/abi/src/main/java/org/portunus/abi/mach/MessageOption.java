// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

/** Options of a send or a receive, numbered as MACH_SEND_* and MACH_RCV_* in mach/message.h. */
public enum MessageOption {
  /** A message that comes back for want of room arms the send-possible request of its port. */
  SEND_NOTIFY(0x80),
  /** A message that is too large stays in the queue, and its size is told. */
  RCV_LARGE(0x4),
  /** With RCV_LARGE, the name of the port is told, too. */
  RCV_LARGE_IDENTITY(0x8),
  /** Ports that are guarded on receipt are welcome. */
  RCV_GUARDED_DESC(0x1000),
  /** While the sender waits for the answer, the receiver works at what the sender works at. */
  SEND_PROPAGATE_QOS(0x200000),
  /** The message's voucher and QoS are told. */
  RCV_VOUCHER(0x800);

  /** All that a send may have. */
  public static final int SEND = SEND_NOTIFY.bit;

  /** All that a send with a QoS may have. */
  public static final int SEND_QOS = SEND | SEND_PROPAGATE_QOS.bit;

  /** All that a receive may have. */
  public static final int RECEIVE =
      RCV_LARGE.bit
          | RCV_LARGE_IDENTITY.bit
          | RCV_GUARDED_DESC.bit
          | RCV_VOUCHER.bit
          | TrailerElements.MASK;

  private final int bit;

  MessageOption(int bit) {
    this.bit = bit;
  }

  public int bit() {
    return bit;
  }

  public boolean isIn(int options) {
    return (options & bit) != 0;
  }
}
