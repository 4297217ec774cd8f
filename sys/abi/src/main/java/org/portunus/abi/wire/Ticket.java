// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands in a message for a right that the kernel keeps meanwhile. Its place in the message is
 * the slot, the message's position is the sequence: a ticket counts nowhere else.
 *
 * <pre>
 *   +0   u8  kind             TicketKind
 *   +1   u64 high             random, of good quality
 *   +9   u64 low              random
 * </pre>
 */
public record Ticket(TicketKind kind, long high, long low) {
  /** Bytes of one. */
  public static final int BYTES = 17;

  /** Offsets. */
  public static final int HIGH_AT = 1;

  public static final int LOW_AT = 9;

  /** Most in one message. */
  public static final int MAX = KernelFrame.MAX_DESCRIPTORS;

  void write(WireWriter out) {
    out.u8(kind.number()).i64(high).i64(low);
  }

  static Ticket read(WireReader in) throws MalformedFrameException {
    return new Ticket(TicketKind.read(in), in.i64("ticket"), in.i64("ticket"));
  }

  /** Those of one message, which are at least one. */
  public static List<Ticket> readAll(WireReader in, int count) throws MalformedFrameException {
    List<Ticket> tickets = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tickets.add(read(in));
    }
    return List.copyOf(tickets);
  }

  static int readCount(WireReader in) throws MalformedFrameException {
    int count = in.u8("tickets");
    if (count < 1 || count > MAX) {
      throw new MalformedFrameException(count + " tickets, allowed are 1 to " + MAX);
    }
    return count;
  }

  /** 0 if both are the same; takes the same time whatever they are. */
  public long difference(Ticket other) {
    return (high ^ other.high) | (low ^ other.low) | (kind.number() ^ other.kind.number());
  }

  @Override
  public String toString() {
    return "ticket of " + kind;
  }
}
