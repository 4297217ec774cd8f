// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.link;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.Ticket;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;
import org.portunus.system.xpc.connection.RightExchange;
import org.portunus.system.xpc.wire.InboundRight;
import org.portunus.system.xpc.wire.OutboundRights;

/**
 * The exchange of a link that no kernel task made: descriptors go over a socket of their own, in
 * the order of their messages, and are taken in that order. The lock guards receiving.
 */
final class SocketRights implements RightExchange {
  private static final ValueLayout.OfLong SEQUENCE =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final SeqpacketChannel channel;
  private final ReceivedMessage incoming = new ReceivedMessage(Long.BYTES);
  private final ReentrantLock receiving = new ReentrantLock();

  private SocketRights(SeqpacketChannel channel) {
    this.channel = channel;
  }

  /** Takes over one end of a socketpair. */
  static Optional<RightExchange> of(Descriptor socket) {
    try {
      return Optional.of(new SocketRights(SeqpacketChannel.of(socket, Long.BYTES)));
    } catch (LinuxException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "socket of rights", failure);
    }
  }

  @Override
  public boolean takes(OutboundRights rights) {
    return !rights.hasPorts();
  }

  @Override
  public Deposited deposit(long sequence, OutboundRights rights, List<Ticket> tickets) {
    byte[] packet =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(sequence).array();
    int sent =
        channel.send(
            packet,
            0,
            packet.length,
            rights.descriptors(),
            rights.descriptorCount(),
            WaitMode.DONT_WAIT);
    if (Errno.EAGAIN.is(sent)) {
      return Deposited.FULL;
    }
    return sent < 0 ? Deposited.ENDED : Deposited.DONE;
  }

  @Override
  public void withdraw(long sequence, OutboundRights rights) {
    // They were copies: nothing has to come back.
  }

  @Override
  public List<InboundRight> redeem(long sequence, List<Ticket> tickets) {
    receiving.lock();
    try {
      int length = channel.receive(incoming, WaitMode.DONT_WAIT);
      if (length != Long.BYTES
          || incoming.data().get(SEQUENCE, 0) != sequence
          || incoming.descriptorCount() != tickets.size()) {
        throw new PortunusException(ErrorCode.RIGHT_REFUSED, "rights of another message came");
      }
      List<InboundRight> rights = new ArrayList<>(tickets.size());
      for (int i = 0; i < tickets.size(); i++) {
        rights.add(
            new InboundRight.OfDescriptor(
                incoming.takeDescriptor(i), Optional.of(tickets.get(i).kind())));
      }
      return rights;
    } finally {
      incoming.closeDescriptors();
      receiving.unlock();
    }
  }

  @Override
  public void discard(long sequence) {
    // The benchmarks drop no message.
  }

  @Override
  public void whenEnded(Consumer<PortunusException> listener) {
    // Nobody here ends connections.
  }

  @Override
  public void close() {
    channel.close();
  }
}
