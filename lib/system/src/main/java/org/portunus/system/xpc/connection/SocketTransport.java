// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.Ticket;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.socket.FrameSocket;
import org.portunus.system.socket.PacketSocket;
import org.portunus.system.xpc.wire.OutboundRights;

/**
 * Frames over one end of a SOCK_SEQPACKET socketpair, or its like: one message, one frame, whose
 * descriptors go with it. A message with rights to ports goes by tickets instead, if somebody keeps
 * the rights meanwhile; its position is how many frames went before it.
 */
public final class SocketTransport implements Transport {
  private static final int[] NO_DESCRIPTORS = {};

  private final FrameSocket socket;
  private final Optional<RightExchange> exchange;
  private final TicketPrinter printer = new TicketPrinter();
  private final OwnThreadReception reception = new OwnThreadReception(this::receive);
  // By the thread that sends, and by the one that receives.
  private long sent;
  private long lastDeposit;
  private long received;

  private SocketTransport(FrameSocket socket, Optional<RightExchange> exchange) {
    this.socket = socket;
    this.exchange = exchange;
    exchange.ifPresent(keeper -> keeper.whenEnded(this::end));
  }

  private void end(PortunusException why) {
    reception.fail(why);
    socket.shutdown();
  }

  /** One without rights to ports. */
  public static SocketTransport of(Descriptor end) {
    return of(end, Optional.empty());
  }

  /** Takes ownership of a connected socket, also when this fails. */
  public static SocketTransport of(Descriptor end, Optional<RightExchange> exchange) {
    try {
      return new SocketTransport(
          PacketSocket.of(end, ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY), exchange);
    } catch (LinuxException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "connection", failure);
    }
  }

  /** Takes ownership of a connected end of another kind. */
  public static SocketTransport of(FrameSocket end) {
    return new SocketTransport(end, Optional.empty());
  }

  @Override
  public Passage passage(OutboundRights rights) {
    if (!rights.hasPorts()) {
      return Passage.DESCRIPTORS;
    }
    return exchange.isPresent() && exchange.get().takes(rights) ? Passage.TICKETS : Passage.NONE;
  }

  @Override
  public void withdraw(OutboundRights rights) {
    exchange.ifPresent(keeper -> keeper.withdraw(lastDeposit, rights));
  }

  @Override
  public int send(byte[] frame, int length, OutboundRights rights) {
    int result =
        rights.hasPorts()
            ? sendWithTickets(frame, length, rights)
            : outcome(socket.send(frame, length, rights.descriptors(), rights.descriptorCount()));
    if (result >= 0) {
      sent++;
    }
    return result;
  }

  private int sendWithTickets(byte[] frame, int length, OutboundRights rights) {
    if (exchange.isEmpty()) {
      return REFUSED;
    }
    RightExchange keeper = exchange.get();
    List<Ticket> tickets = printer.print(rights, frame, length - TicketPrinter.bytes(rights));
    int result =
        switch (keeper.deposit(sent, rights, tickets)) {
          case DONE -> length;
          case FULL -> FULL;
          case REFUSED -> REFUSED;
          case ENDED -> ENDED;
        };
    if (result < 0) {
      return result;
    }
    lastDeposit = sent;
    result = outcome(socket.send(frame, length, NO_DESCRIPTORS, 0));
    if (result < 0) {
      keeper.withdraw(sent, rights);
    }
    return result;
  }

  private static int outcome(int result) {
    return switch (result) {
      case FrameSocket.FULL -> FULL;
      case FrameSocket.REFUSED -> REFUSED;
      default -> result < 0 ? ENDED : result;
    };
  }

  @Override
  public void awaitRoom(long nanos) {
    socket.awaitRoom(nanos);
  }

  @Override
  public Reception reception() {
    return reception;
  }

  /** Waits for the next frame. */
  int receive(InboundFrame into) {
    int result = socket.receive(into.bytes(), into.descriptors());
    if (result == FrameSocket.BROKEN) {
      return BROKEN;
    }
    if (result < 0) {
      return ENDED;
    }
    into.place(received++, exchange);
    return result;
  }

  @Override
  public void shutdownReceive() {
    socket.shutdownReceive();
  }

  @Override
  public void shutdown() {
    socket.shutdown();
  }

  @Override
  public void close() {
    exchange.ifPresent(RightExchange::close);
    socket.close();
  }
}
