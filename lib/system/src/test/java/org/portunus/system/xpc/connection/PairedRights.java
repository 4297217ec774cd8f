// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.Ticket;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.socket.PacketSocket;
import org.portunus.system.xpc.wire.InboundRight;
import org.portunus.system.xpc.wire.OutboundRights;

/**
 * An exchange of links that no kernel made: descriptors go over a socketpair of their own, with
 * their tickets. Rights to ports need a kernel.
 */
final class PairedRights implements RightExchange {
  private static final int LONGEST = 16 + 16 * Ticket.MAX;

  /** What came for a message. */
  private record Arrived(List<Long> secrets, List<Descriptor> descriptors) {}

  private final PacketSocket socket;
  private final ReentrantLock receiving = new ReentrantLock();
  private final Map<Long, Arrived> arrived = new HashMap<>();
  private final byte[] packet = new byte[LONGEST];

  private PairedRights(PacketSocket socket) {
    this.socket = socket;
  }

  /** Both ends. */
  static List<RightExchange> pair() throws LinuxException {
    UnixSocket.Pair pair = UnixSocket.pair();
    return List.of(
        new PairedRights(PacketSocket.of(pair.first(), LONGEST)),
        new PairedRights(PacketSocket.of(pair.second(), LONGEST)));
  }

  @Override
  public boolean takes(OutboundRights rights) {
    return !rights.hasPorts();
  }

  @Override
  public Deposited deposit(long sequence, OutboundRights rights, List<Ticket> tickets) {
    ByteBuffer out = ByteBuffer.allocate(LONGEST).putLong(sequence).putLong(tickets.size());
    tickets.forEach(ticket -> out.putLong(ticket.high()).putLong(ticket.low()));
    int sent =
        socket.send(out.array(), out.position(), rights.descriptors(), rights.descriptorCount());
    return switch (sent) {
      case PacketSocket.FULL -> Deposited.FULL;
      case PacketSocket.REFUSED -> Deposited.REFUSED;
      default -> sent < 0 ? Deposited.ENDED : Deposited.DONE;
    };
  }

  @Override
  public void withdraw(long sequence, OutboundRights rights) {
    // They were copies: nothing has to come back.
  }

  @Override
  public List<InboundRight> redeem(long sequence, List<Ticket> tickets) {
    receiving.lock();
    try {
      while (!arrived.containsKey(sequence)) {
        receive();
      }
      Arrived found = arrived.remove(sequence);
      List<Long> shown = new ArrayList<>();
      tickets.forEach(ticket -> {
        shown.add(ticket.high());
        shown.add(ticket.low());
      });
      if (!shown.equals(found.secrets)) {
        throw new PortunusException(ErrorCode.PROTOCOL, "other tickets");
      }
      List<InboundRight> rights = new ArrayList<>();
      for (int i = 0; i < tickets.size(); i++) {
        rights.add(
            new InboundRight.OfDescriptor(
                found.descriptors.get(i), Optional.of(tickets.get(i).kind())));
      }
      return rights;
    } finally {
      receiving.unlock();
    }
  }

  private void receive() {
    List<Descriptor> descriptors = new ArrayList<>();
    int length = socket.receiveNow(packet, descriptors);
    if (length <= 0) {
      throw new PortunusException(ErrorCode.RIGHT_REFUSED, "nothing was deposited: " + length);
    }
    ByteBuffer in = ByteBuffer.wrap(packet, 0, length);
    long sequence = in.getLong();
    long count = in.getLong();
    List<Long> secrets = new ArrayList<>();
    for (int i = 0; i < 2 * count; i++) {
      secrets.add(in.getLong());
    }
    arrived.put(sequence, new Arrived(secrets, descriptors));
  }

  @Override
  public void discard(long sequence) {
    receiving.lock();
    try {
      socketEmptied();
      Arrived found = arrived.remove(sequence);
      if (found != null) {
        found.descriptors.forEach(Descriptor::close);
      }
    } finally {
      receiving.unlock();
    }
  }

  private void socketEmptied() {
    try {
      while (true) {
        receive();
      }
    } catch (PortunusException empty) {
      assert empty.code() == ErrorCode.RIGHT_REFUSED;
    }
  }

  @Override
  public void whenEnded(Consumer<PortunusException> listener) {
    // Nobody here ends connections.
  }

  @Override
  public void close() {
    receiving.lock();
    try {
      socketEmptied();
      arrived.values().forEach(found -> found.descriptors.forEach(Descriptor::close));
      arrived.clear();
      socket.shutdown();
    } finally {
      receiving.unlock();
    }
  }
}
