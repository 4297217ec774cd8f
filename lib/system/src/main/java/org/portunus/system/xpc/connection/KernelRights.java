// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.MessagePlace;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.RightsClaim;
import org.portunus.abi.wire.RightsDeposit;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.TicketKind;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.KernelTickets;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.wire.HeldPort;
import org.portunus.system.xpc.wire.InboundRight;
import org.portunus.system.xpc.wire.OutboundRights;

/**
 * The exchange of a connection that the kernel made: the kernel itself. A deposit is one message to
 * it, and needs no answer; how many rights wait there is asked only when it may be too many.
 */
public final class KernelRights implements RightExchange {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long ASK_AGAIN_NANOS = 1_000_000;

  private final KernelSocket kernel;
  private final KernelTickets tickets;
  private final long connection;
  private final ConnectionSide side;
  private volatile Optional<Consumer<PortunusException>> listener = Optional.empty();
  // By the thread that sends.
  private int mayWait;
  private boolean asked;
  private long askedAt;

  private KernelRights(
      KernelSocket kernel, KernelTickets tickets, long connection, ConnectionSide side) {
    this.kernel = kernel;
    this.tickets = tickets;
    this.connection = connection;
    this.side = side;
  }

  /** The exchange of one end of a connection; empty if the kernel keeps no rights. */
  public static Optional<RightExchange> of(
      KernelSocket kernel, long connection, ConnectionSide side) {
    return kernel.tickets().map(known -> new KernelRights(kernel, known, connection, side));
  }

  private MessagePlace at(long sequence) {
    return new MessagePlace(connection, side, sequence);
  }

  @Override
  public boolean takes(OutboundRights rights) {
    return rights.areOf(kernel);
  }

  @Override
  public Deposited deposit(long sequence, OutboundRights rights, List<Ticket> secrets) {
    int count = rights.count();
    try {
      if (mayWait + count > RightsDeposit.MAX_WAITING && !hasRoom(count)) {
        return Deposited.FULL;
      }
      List<RightsDeposit.Slot> slots = new ArrayList<>(count);
      int[] descriptors = new int[rights.descriptorCount()];
      int files = 0;
      for (int i = 0; i < count; i++) {
        slots.add(new RightsDeposit.Slot(secrets.get(i), rights.port(i)));
        if (rights.kind(i) != TicketKind.PORT) {
          descriptors[files++] = rights.descriptor(i);
        }
      }
      RightsDeposit deposit = new RightsDeposit(at(sequence), slots);
      if (!tickets.deposit(deposit, descriptors, files)) {
        return Deposited.FULL;
      }
      mayWait += count;
      return Deposited.DONE;
    } catch (PortunusException e) {
      return e.code() == ErrorCode.LIMIT_DESCRIPTORS ? Deposited.REFUSED : Deposited.ENDED;
    }
  }

  private boolean hasRoom(int count) {
    long now = System.nanoTime();
    if (asked && now - askedAt < ASK_AGAIN_NANOS) {
      return false;
    }
    Optional<Integer> waiting = tickets.waiting(at(0), PATIENCE);
    asked = true;
    askedAt = System.nanoTime();
    waiting.ifPresent(known -> mayWait = known);
    boolean room = waiting.isPresent() && mayWait + count <= RightsDeposit.MAX_WAITING;
    asked = !room;
    return room;
  }

  @Override
  public void withdraw(long sequence, OutboundRights rights) {
    try {
      rights.returned(tickets.withdraw(at(sequence)));
    } catch (PortunusException gone) {
      // With the connection or the instance they went as from a message that is destroyed.
      if (gone.code() != ErrorCode.RIGHT_REFUSED && gone.code() != ErrorCode.INSTANCE_ENDED) {
        throw gone;
      }
    }
  }

  @Override
  public List<InboundRight> redeem(long sequence, List<Ticket> shown) {
    KernelTickets.Redeemed redeemed =
        tickets.redeem(new RightsClaim(at(sequence), shown), PATIENCE);
    List<InboundRight> rights = new ArrayList<>(shown.size());
    int ports = 0;
    int files = 0;
    for (Ticket ticket : shown) {
      if (ticket.kind() == TicketKind.PORT && ports < redeemed.ports().size()) {
        rights.add(port(redeemed.ports().get(ports++)));
      } else if (ticket.kind() != TicketKind.PORT && files < redeemed.descriptors().size()) {
        Descriptor descriptor = redeemed.descriptors().get(files++);
        rights.add(new InboundRight.OfDescriptor(descriptor, Optional.of(ticket.kind())));
      }
    }
    return rights;
  }

  private InboundRight port(PortDescriptor arrived) {
    return new InboundRight.OfPort(
        new HeldPort(kernel, new PortName(arrived.name()), arrived.disposition().arrivesAs()));
  }

  @Override
  public void discard(long sequence) {
    try {
      tickets.discard(at(sequence));
    } catch (PortunusException e) {
      // With the kernel every right ended.
      if (e.code() != ErrorCode.INSTANCE_ENDED) {
        throw e;
      }
    }
  }

  @Override
  public void whenEnded(Consumer<PortunusException> newListener) {
    listener = Optional.of(newListener);
    tickets.watch(connection, newListener);
  }

  @Override
  public void close() {
    listener.ifPresent(known -> tickets.unwatch(connection, known));
  }
}
