// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.MessagePlace;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.RightsClaim;
import org.portunus.abi.wire.RightsDeposit;
import org.portunus.abi.wire.WireReader;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.port.KernelExchange.Received;

/**
 * The part of a kernel socket that is about tickets: rights that the kernel keeps while their
 * message is on its way over a connection.
 *
 * <p>The lock {@code state} guards who hears of ended connections; nothing waits under it.
 */
public final class KernelTickets {
  private final KernelExchange exchange;
  private final ReentrantLock state = new ReentrantLock();
  private final Map<Long, List<Consumer<PortunusException>>> watchers = new HashMap<>();

  KernelTickets(KernelExchange exchange) {
    this.exchange = exchange;
  }

  /**
   * What came for tickets.
   *
   * @param ports for each ticket of a port, in order
   * @param descriptors for each other ticket, in order; the caller's
   */
  public record Redeemed(List<PortDescriptor> ports, List<Descriptor> descriptors) {}

  /**
   * RIGHTS_DEPOSIT: returns before the kernel has read it, which takes it before any ticket of it
   * is redeemed.
   *
   * @param descriptors of the slots that are no ports; they stay the caller's
   * @return false when there is no room now
   * @throws PortunusException LIMIT_DESCRIPTORS, INSTANCE_ENDED
   */
  public boolean deposit(RightsDeposit rights, int[] descriptors, int count) {
    return exchange.tell(KernelOperation.RIGHTS_DEPOSIT, rights.toBytes(), descriptors, count);
  }

  /**
   * RIGHTS_REDEEM: waits for the kernel, at most this long.
   *
   * @throws PortunusException RIGHT_REFUSED, LIMIT_DESCRIPTORS, LIMIT_PORTS: there is none to have;
   *     PROTOCOL: the tickets are not good; INVALID: the connection has ended; DEADLINE
   */
  public Redeemed redeem(RightsClaim claim, Duration patience) {
    CompletableFuture<Received> pending =
        exchange.send(KernelOperation.RIGHTS_REDEEM, claim.toBytes(), List.of());
    Optional<Received> answer = exchange.await(pending, patience);
    if (answer.isEmpty()) {
      var _ = pending.thenAccept(Received::closeDescriptors);
      throw new PortunusException(
          ErrorCode.DEADLINE, "the kernel did not answer for a right in " + patience);
    }
    Received reply = answer.get();
    boolean taken = false;
    try {
      List<PortDescriptor> ports =
          ReplyReading.read(
              ReplyReading.checked(KernelOperation.RIGHTS_REDEEM, reply), KernelTickets::ports);
      if (ports.size() + reply.descriptors().size() != claim.tickets().size()) {
        throw ReplyReading.kernelFault(
            "%d rights for %d tickets"
                .formatted(ports.size() + reply.descriptors().size(), claim.tickets().size()));
      }
      taken = true;
      return new Redeemed(ports, reply.descriptors());
    } finally {
      if (!taken) {
        reply.closeDescriptors();
      }
    }
  }

  private static List<PortDescriptor> ports(WireReader in) throws MalformedFrameException {
    List<PortDescriptor> ports = PortDescriptor.readAll(in);
    in.end();
    return ports;
  }

  /**
   * RIGHTS_WITHDRAW: the rights of a message that was not sent after all.
   *
   * @return the names of its port rights, in order
   * @throws PortunusException RIGHT_REFUSED when they are not there any more
   */
  public List<PortDescriptor> withdraw(MessagePlace place) {
    Received reply =
        exchange.await(exchange.send(KernelOperation.RIGHTS_WITHDRAW, place.toBytes(), List.of()));
    reply.closeDescriptors();
    return ReplyReading.read(
        ReplyReading.checked(KernelOperation.RIGHTS_WITHDRAW, reply), KernelTickets::ports);
  }

  /** RIGHTS_DISCARD: the rights of a message that was read are not wanted. Does not wait. */
  public void discard(MessagePlace place) {
    // Without room the rights go home by themselves.
    boolean _ = exchange.tell(KernelOperation.RIGHTS_DISCARD, place.toBytes(), new int[0], 0);
  }

  /** RIGHTS_WAITING: how many of this end's rights nobody has taken; empty after this long. */
  public Optional<Integer> waiting(MessagePlace place, Duration patience) {
    CompletableFuture<Received> pending =
        exchange.send(KernelOperation.RIGHTS_WAITING, place.toBytes(), List.of());
    return exchange
        .await(pending, patience)
        .map(reply -> {
          reply.closeDescriptors();
          return ReplyReading.number(
              ReplyReading.checked(KernelOperation.RIGHTS_WAITING, reply), "rights");
        });
  }

  /** The listener hears on the event thread why the kernel ended this connection. */
  public void watch(long connection, Consumer<PortunusException> listener) {
    state.lock();
    try {
      watchers.computeIfAbsent(connection, _ -> new ArrayList<>()).add(listener);
    } finally {
      state.unlock();
    }
  }

  /** This listener wants to hear no more. */
  public void unwatch(long connection, Consumer<PortunusException> listener) {
    state.lock();
    try {
      List<Consumer<PortunusException>> known = watchers.getOrDefault(connection, List.of());
      if (!known.isEmpty()) {
        known.remove(listener);
        if (known.isEmpty()) {
          watchers.remove(connection);
        }
      }
    } finally {
      state.unlock();
    }
  }

  /** CONNECTION_ENDED; on the event thread. */
  void ended(long connection, PortunusException why) {
    List<Consumer<PortunusException>> told;
    state.lock();
    try {
      told = List.copyOf(watchers.getOrDefault(connection, List.of()));
    } finally {
      state.unlock();
    }
    told.forEach(listener -> listener.accept(why));
  }
}
