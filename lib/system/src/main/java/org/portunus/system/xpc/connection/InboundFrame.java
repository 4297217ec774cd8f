// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.linux.file.Descriptor;

/** The buffer into which the reader of a session receives one frame after the other. */
public final class InboundFrame {
  private final byte[] bytes = new byte[ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY];
  private final List<Descriptor> descriptors = new ArrayList<>(KernelFrame.MAX_DESCRIPTORS);

  private MessageRights tickets = MessageRights.NONE;
  private Optional<RightExchange> exchange = Optional.empty();
  private long sequence;

  /** Where the transport puts the frame. */
  byte[] bytes() {
    return bytes;
  }

  /** Where the transport puts the descriptors, which are the session's then. */
  List<Descriptor> descriptors() {
    return descriptors;
  }

  ByteBuffer view(int length) {
    return ByteBuffer.wrap(bytes, 0, length);
  }

  /** Where the frame stands in its direction, and who keeps the rights of tickets in it. */
  void place(long newSequence, Optional<RightExchange> keeper) {
    sequence = newSequence;
    exchange = keeper;
  }

  /** Takes the tickets off the end of the frame; the rights are taken or dropped after this. */
  void readTickets(ConnectionFrame head, ByteBuffer view) throws MalformedFrameException {
    if (exchange.isEmpty()) {
      throw new MalformedFrameException("tickets, and nobody keeps their rights");
    }
    tickets =
        new MessageRights.Waiting(
            exchange.get(), sequence, TicketPrinter.read(view, head.bodyLength(), head.rights()));
  }

  /** Hands over the rights. */
  MessageRights takeRights() {
    MessageRights taken = tickets;
    tickets = MessageRights.NONE;
    if (!descriptors.isEmpty()) {
      taken = new MessageRights.Arrived(List.copyOf(descriptors));
      descriptors.clear();
    }
    return taken;
  }

  /** Drops what nobody took. */
  void discard() {
    if (tickets.any()) {
      tickets.drop();
      tickets = MessageRights.NONE;
    }
    if (!descriptors.isEmpty()) {
      descriptors.forEach(Descriptor::close);
      descriptors.clear();
    }
  }
}
