// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Body of RIGHTS_DEPOSIT: the rights of one message, for who reads it. The descriptors of its files
 * and memory come with the frame, in their order.
 *
 * <pre>
 *   MessagePlace
 *   u8  count                 1 to 16
 *   count times: Ticket; of a PORT also i32 name, u8 disposition
 * </pre>
 */
public record RightsDeposit(MessagePlace place, List<Slot> slots) {
  /** Most rights that one end of a connection has waiting. */
  public static final int MAX_WAITING = 64;

  /**
   * One right.
   *
   * @param port the depositor's name, of a PORT
   */
  public record Slot(Ticket ticket, Optional<PortDescriptor> port) {}

  public RightsDeposit {
    slots = List.copyOf(slots);
  }

  public byte[] toBytes() {
    WireWriter out = new WireWriter();
    place.write(out);
    out.u8(slots.size());
    for (Slot slot : slots) {
      slot.ticket.write(out);
      slot.port.ifPresent(port -> out.i32(port.name()).u8(port.disposition().number()));
    }
    return out.toBytes();
  }

  /**
   * Decodes a body.
   *
   * @param descriptors how many came with the frame: one for each slot but those of ports
   */
  public static RightsDeposit read(byte[] body, int descriptors) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    MessagePlace place = MessagePlace.read(in);
    int count = Ticket.readCount(in);
    List<Slot> slots = new ArrayList<>(count);
    int files = 0;
    for (int i = 0; i < count; i++) {
      Ticket ticket = Ticket.read(in);
      Optional<PortDescriptor> port = Optional.empty();
      if (ticket.kind() == TicketKind.PORT) {
        int name = in.i32("port name");
        port = Optional.of(new PortDescriptor(name, PortDescriptor.disposition(in, "disposition")));
      } else {
        files++;
      }
      slots.add(new Slot(ticket, port));
    }
    in.end();
    if (files != descriptors) {
      throw new MalformedFrameException(files + " files, " + descriptors + " descriptors");
    }
    return new RightsDeposit(place, slots);
  }
}
