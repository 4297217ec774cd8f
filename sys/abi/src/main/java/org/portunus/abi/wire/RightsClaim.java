// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.List;

/**
 * Body of RIGHTS_REDEEM: all tickets of one message, in order.
 *
 * <pre>
 *   MessagePlace
 *   u8  count                 1 to 16
 *   count times: Ticket
 * </pre>
 */
public record RightsClaim(MessagePlace place, List<Ticket> tickets) {
  public RightsClaim {
    tickets = List.copyOf(tickets);
  }

  public byte[] toBytes() {
    WireWriter out = new WireWriter();
    place.write(out);
    out.u8(tickets.size());
    tickets.forEach(ticket -> ticket.write(out));
    return out.toBytes();
  }

  public static RightsClaim read(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    MessagePlace place = MessagePlace.read(in);
    List<Ticket> tickets = Ticket.readAll(in, Ticket.readCount(in));
    in.end();
    return new RightsClaim(place, tickets);
  }
}
