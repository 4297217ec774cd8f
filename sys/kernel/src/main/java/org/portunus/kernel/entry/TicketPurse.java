// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.portunus.abi.wire.Ticket;
import org.portunus.kernel.custody.KeptRight;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.task.RunningTask;

/**
 * What one end of a connection has deposited and the other has not taken.
 *
 * <pre>
 *   deposited --redeemed, withdrawn, discarded--> gone
 *       |
 *       +--10 s--> expired: its rights are gone, its place is remembered --asked for, crowded--> gone
 * </pre>
 *
 * <p>Invariants: sequences only grow; {@code waiting} is the number of rights in deposits that are
 * not expired; at most {@link #MAX_EXPIRED} expired ones are remembered. Lock: none; the loop.
 */
final class TicketPurse {
  /** Most expired messages that are remembered: who redeems one is late, not a forger. */
  static final int MAX_EXPIRED = 64;

  /** The rights of one message. */
  static final class Deposit {
    final long sequence;
    private final List<Ticket> tickets;
    private List<KeptRight> rights;
    private Optional<EventLoop.Timer> timer = Optional.empty();
    private boolean expired;

    Deposit(long sequence, List<KeptRight> rights) {
      this.sequence = sequence;
      this.rights = rights;
      this.tickets = rights.stream().map(KeptRight::ticket).toList();
    }

    void expireBy(EventLoop.Timer newTimer) {
      timer = Optional.of(newTimer);
    }

    boolean isExpired() {
      return expired;
    }

    /** Whether these are its tickets: as many, in order, each of its kind and with its secret. */
    boolean isOf(List<Ticket> shown) {
      if (shown.size() != tickets.size()) {
        return false;
      }
      long difference = 0;
      for (int i = 0; i < shown.size(); i++) {
        difference |= tickets.get(i).difference(shown.get(i));
      }
      return difference == 0;
    }
  }

  final RunningTask owner;
  private final Map<Long, Deposit> deposits = new HashMap<>();
  private long lastSequence = -1;
  private int waiting;
  private int expired;

  TicketPurse(RunningTask owner) {
    this.owner = owner;
  }

  /** Whether a message at this position comes after all before. */
  boolean isNext(long sequence) {
    return sequence > lastSequence;
  }

  int waiting() {
    return waiting;
  }

  boolean isEmpty() {
    return deposits.isEmpty();
  }

  void add(Deposit deposit) {
    lastSequence = deposit.sequence;
    waiting += deposit.rights.size();
    deposits.put(deposit.sequence, deposit);
  }

  Optional<Deposit> find(long sequence) {
    return Optional.ofNullable(deposits.get(sequence));
  }

  /** Takes the deposit out; its rights are the caller's. */
  List<KeptRight> take(Deposit deposit) {
    deposits.remove(deposit.sequence);
    if (deposit.expired) {
      expired--;
      return List.of();
    }
    deposit.timer.ifPresent(EventLoop.Timer::cancel);
    waiting -= deposit.rights.size();
    return deposit.rights;
  }

  /** As {@link #take}, for a message that was not sent: its position is free again. */
  List<KeptRight> takeBack(Deposit deposit) {
    if (deposit.sequence == lastSequence) {
      lastSequence--;
    }
    return take(deposit);
  }

  /** Its time is over; its rights are the caller's. */
  List<KeptRight> expire(Deposit deposit) {
    List<KeptRight> rights = deposit.rights;
    waiting -= rights.size();
    deposit.rights = List.of();
    deposit.expired = true;
    if (++expired > MAX_EXPIRED) {
      deposits.values().stream()
          .filter(Deposit::isExpired)
          .min((a, b) -> Long.compare(a.sequence, b.sequence))
          .ifPresent(this::take);
    }
    return rights;
  }

  /** Takes everything out. */
  List<KeptRight> takeAll() {
    return List.copyOf(deposits.values()).stream().flatMap(d -> take(d).stream()).toList();
  }
}
