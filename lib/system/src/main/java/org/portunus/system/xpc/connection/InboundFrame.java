// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.linux.file.Descriptor;

/** The buffer into which the reader of a session receives one frame after the other. */
public final class InboundFrame {
  private final byte[] bytes = new byte[ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY];
  private final ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
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

  /**
   * Checks the head of the frame that was received.
   *
   * @return the frame, at its head
   */
  ByteBuffer check(int length) throws MalformedFrameException {
    view.clear().limit(length);
    ConnectionFrame.check(view, descriptors.size());
    return view;
  }

  /** What a reader fails with that has no memory for what came. */
  static PortunusException noMemory(VirtualMachineError full) {
    return new PortunusException(
        ErrorCode.LIMIT_MEMORY, "no memory to take what the peer sends", full);
  }

  /** Where the frame stands in its direction, and who keeps the rights of tickets in it. */
  void place(long newSequence, Optional<RightExchange> keeper) {
    sequence = newSequence;
    exchange = keeper;
  }

  /** Reads the tickets behind the body; the rights are taken or dropped after this. */
  void readTickets(int at, int count) throws MalformedFrameException {
    if (exchange.isEmpty()) {
      throw new MalformedFrameException("tickets, and nobody keeps their rights");
    }
    tickets =
        new MessageRights.Waiting(exchange.get(), sequence, TicketPrinter.read(bytes, at, count));
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
