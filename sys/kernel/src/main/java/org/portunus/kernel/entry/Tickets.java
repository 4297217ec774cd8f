// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.MessagePlace;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.RightsClaim;
import org.portunus.abi.wire.RightsDeposit;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.custody.KeptRight;
import org.portunus.kernel.entry.TicketPurse.Deposit;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.object.CarriedRight;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.session.Session;
import org.portunus.kernel.task.RunningTask;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;

/**
 * Rights on their way over links: one end deposits those of a message before it writes the message,
 * and the other redeems them with the tickets that it reads there. A ticket counts once, for that
 * connection, direction, position and slot, for its kind, and ten seconds.
 *
 * <p>Who redeems anything else ends the connection, for both. The kernel does not see the ring, so
 * it can't tell who of the two forged a ticket, and names both.
 *
 * <p>Invariants: each end has at most {@link #MAX_WAITING} rights waiting, each task at most {@link
 * #MAX_OF_TASK}, of which no more descriptors than there is room for; nobody's rights outlive the
 * connection or an end of it. Lock: none; the loop.
 */
public final class Tickets {
  /** Most rights that one end of a connection has waiting. */
  public static final int MAX_WAITING = RightsDeposit.MAX_WAITING;

  /** Most rights that one task has waiting. */
  public static final int MAX_OF_TASK = 256;

  /** How long a right waits. */
  public static final Duration EXPIRY = Duration.ofSeconds(10);

  private final EventLoop loop;
  private final Ipc ipc;
  private final Connections connections;
  private final Closer closer;
  private final DescriptorRoom room;
  private final Violations violations;
  private final long expiryNanos;
  private final Map<Long, Map<ConnectionSide, TicketPurse>> purses = new HashMap<>();
  private final Map<RunningTask, Integer> perTask = new HashMap<>();

  /** Who hears of broken protocol. */
  @FunctionalInterface
  public interface Violations {
    /**
     * A connection was ended for this.
     *
     * @param by the task whose request showed it
     * @param other the other end, if it is known
     */
    void violated(long connection, RunningTask by, Optional<RunningTask> other, String what);
  }

  public Tickets(
      EventLoop loop,
      Ipc ipc,
      Connections connections,
      Closer closer,
      DescriptorRoom room,
      Violations violations) {
    this(loop, ipc, connections, closer, room, violations, EXPIRY);
  }

  /**
   * @param expiry how long a right waits
   */
  public Tickets(
      EventLoop loop,
      Ipc ipc,
      Connections connections,
      Closer closer,
      DescriptorRoom room,
      Violations violations,
      Duration expiry) {
    this.loop = loop;
    this.ipc = ipc;
    this.connections = connections;
    this.closer = closer;
    this.room = room;
    this.violations = violations;
    this.expiryNanos = expiry.toNanos();
    connections.whenLeft(this::left);
  }

  /** How many rights wait, of all tasks. */
  public int waiting() {
    return perTask.values().stream().mapToInt(Integer::intValue).sum();
  }

  // Depositing.

  /** RIGHTS_DEPOSIT; the descriptors are the message's until they are taken. */
  void deposit(RunningTask task, KernelFrame frame, ReceivedMessage incoming)
      throws MalformedFrameException {
    RightsDeposit deposit = RightsDeposit.read(frame.body(), frame.descriptors());
    MessagePlace place = deposit.place();
    List<Descriptor> descriptors = new ArrayList<>(frame.descriptors());
    for (int i = 0; i < frame.descriptors(); i++) {
      descriptors.add(incoming.takeDescriptor(i));
    }
    Optional<String> violation = wrongSide(task, place);
    if (speaksFor(task, place)) {
      TicketPurse purse = purse(place.connection(), place.side(), task);
      violation = violation(purse, deposit);
      if (violation.isEmpty()) {
        keep(purse, deposit, descriptors);
        return;
      }
    }
    descriptors.forEach(closer::close);
    violation.ifPresent(what -> end(task, place, what));
  }

  private static Optional<String> violation(TicketPurse purse, RightsDeposit deposit) {
    if (!purse.isNext(deposit.place().sequence())) {
      return Optional.of("rights deposited for a message at or before the last one");
    }
    if (purse.waiting() + deposit.slots().size() > MAX_WAITING) {
      return Optional.of("more than " + MAX_WAITING + " rights deposited that nobody took");
    }
    return Optional.empty();
  }

  private void keep(TicketPurse purse, RightsDeposit deposit, List<Descriptor> descriptors) {
    List<KeptRight> kept = new ArrayList<>(deposit.slots().size());
    int next = 0;
    for (RightsDeposit.Slot slot : deposit.slots()) {
      KeptRight right =
          slot.port().isPresent()
              ? keepPort(purse.owner, slot.ticket(), slot.port().get())
              : keepFile(purse.owner, slot.ticket(), descriptors.get(next++));
      kept.add(right);
    }
    Deposit made = new Deposit(deposit.place().sequence(), kept);
    purse.add(made);
    made.expireBy(loop.after(expiryNanos, () -> release(purse.owner, purse.expire(made))));
  }

  private KeptRight keepFile(RunningTask owner, Ticket ticket, Descriptor descriptor) {
    int held = perTask.getOrDefault(owner, 0);
    String refusal = KeptRight.refusalOf(ticket.kind(), descriptor);
    if (refusal.isEmpty() && held < MAX_OF_TASK && owner.custody(room).mayGrow(1)) {
      owner.custody(room).take(1);
      count(owner, 1);
      return new KeptRight.File(ticket, descriptor);
    }
    closer.close(descriptor);
    return refusal.isEmpty()
        ? new KeptRight.Refused(
            ticket,
            ErrorCode.LIMIT_DESCRIPTORS,
            "%s has %d rights waiting, and %s".formatted(owner, held, owner.custody(room).full()))
        : new KeptRight.Refused(ticket, ErrorCode.RIGHT_REFUSED, refusal);
  }

  private KeptRight keepPort(RunningTask owner, Ticket ticket, PortDescriptor port) {
    int held = perTask.getOrDefault(owner, 0);
    if (held >= MAX_OF_TASK) {
      return new KeptRight.Refused(
          ticket, ErrorCode.LIMIT_PORTS, "%s has %d rights waiting".formatted(owner, held));
    }
    Outcome<CarriedRight> taken = owner.task().space().take(port);
    if (taken.value().isEmpty()) {
      return new KeptRight.Refused(
          ticket,
          ErrorCode.RIGHT_REFUSED,
          "the sender has no such right to a port: " + taken.result());
    }
    count(owner, 1);
    return new KeptRight.OfPort(ticket, taken.value().get());
  }

  // Redeeming.

  /** RIGHTS_REDEEM. */
  void redeem(RunningTask task, Session session, KernelFrame frame) throws MalformedFrameException {
    RightsClaim claim = RightsClaim.read(frame.body());
    if (isThere(claim.place())) {
      decide(task, session, frame, claim);
      return;
    }
    // The deposit was sent before the ticket could be read, so it is in the other's socket by now.
    loop.defer(() ->
        session.guard(() -> {
          connections
              .ends(claim.place().connection())
              .flatMap(ends -> ends.task(claim.place().side().other()))
              .flatMap(RunningTask::session)
              .ifPresent(other -> other.takeWaiting(() -> isThere(claim.place())));
          decide(task, session, frame, claim);
        }));
  }

  private boolean isThere(MessagePlace place) {
    return find(place).isPresent();
  }

  private Optional<Deposit> find(MessagePlace place) {
    return known(place.connection(), place.side().other())
        .flatMap(purse -> purse.find(place.sequence()));
  }

  private void decide(RunningTask task, Session session, KernelFrame frame, RightsClaim claim) {
    MessagePlace place = claim.place();
    Optional<Deposit> found =
        find(place)
            .filter(_ -> speaksFor(task, place))
            .filter(deposit -> deposit.isOf(claim.tickets()));
    if (found.isEmpty()) {
      refuseClaim(task, session, frame, place);
      return;
    }
    TicketPurse purse = known(place.connection(), place.side().other()).orElseThrow();
    boolean late = found.get().isExpired();
    List<KeptRight> rights = purse.take(found.get());
    if (late) {
      refuse(
          task,
          session,
          frame,
          ErrorCode.RIGHT_REFUSED,
          "the rights waited too long and went home");
      return;
    }
    hand(purse.owner, task, session, frame, rights);
  }

  /** A number of no connection of the task's tells it nothing, and ends nothing of others. */
  private void refuseClaim(
      RunningTask task, Session session, KernelFrame frame, MessagePlace place) {
    Optional<String> violation =
        speaksFor(task, place)
            ? Optional.of("tickets redeemed that the other end did not deposit for that message")
            : wrongSide(task, place);
    if (violation.isPresent()) {
      refuse(task, session, frame, ErrorCode.PROTOCOL, violation.get());
      end(task, place, violation.get());
    } else {
      refuse(task, session, frame, ErrorCode.INVALID, "no such connection is open");
    }
  }

  private void hand(
      RunningTask owner,
      RunningTask task,
      Session session,
      KernelFrame frame,
      List<KeptRight> rights) {
    for (KeptRight right : rights) {
      if (right instanceof KeptRight.Refused refused) {
        release(owner, rights);
        refuse(task, session, frame, refused.code(), refused.why());
        return;
      }
    }
    Outcome<List<PortDescriptor>> names = task.task().space().insertAll(ports(rights));
    if (names.value().isEmpty()) {
      release(owner, rights);
      refuse(
          task,
          session,
          frame,
          ErrorCode.LIMIT_PORTS,
          "no names for the rights: " + names.result());
      return;
    }
    List<Descriptor> descriptors = new ArrayList<>(rights.size());
    for (KeptRight right : rights) {
      if (right instanceof KeptRight.File file) {
        descriptors.add(file.descriptor());
      }
    }
    owner.custody(room).giveBack(descriptors.size());
    count(owner, -rights.size());
    session.reply(frame, 0, encode(names.value().get()), descriptors);
  }

  private static List<CarriedRight> ports(List<KeptRight> rights) {
    List<CarriedRight> ports = new ArrayList<>(rights.size());
    for (KeptRight right : rights) {
      if (right instanceof KeptRight.OfPort port) {
        ports.add(port.right());
      }
    }
    return ports;
  }

  private static byte[] encode(List<PortDescriptor> names) {
    WireWriter out = new WireWriter();
    PortDescriptor.writeAll(names, out);
    return out.toBytes();
  }

  // Taking back.

  /** RIGHTS_WITHDRAW: the message was not sent after all. */
  void withdraw(RunningTask task, Session session, KernelFrame frame)
      throws MalformedFrameException {
    MessagePlace place = MessagePlace.read(frame.body());
    Optional<TicketPurse> purse =
        known(place.connection(), place.side()).filter(_ -> speaksFor(task, place));
    Optional<Deposit> deposit = purse.flatMap(known -> known.find(place.sequence()));
    if (deposit.isEmpty()) {
      refuse(task, session, frame, ErrorCode.RIGHT_REFUSED, "no rights wait for that message");
      return;
    }
    List<KeptRight> rights = purse.get().takeBack(deposit.get());
    List<CarriedRight> ports = ports(rights);
    Outcome<List<PortDescriptor>> names = task.task().space().insertAll(ports);
    boolean back = names.result() == KernReturn.SUCCESS;
    count(task, back ? -ports.size() : 0);
    release(task, back ? rights.stream().filter(r -> !isPort(r)).toList() : rights);
    session.reply(
        frame, names.result().number(), encode(names.value().orElse(List.of())), List.of());
  }

  private static boolean isPort(KeptRight right) {
    return right instanceof KeptRight.OfPort;
  }

  /** RIGHTS_DISCARD: the caller dropped a message that it had read. */
  void discard(RunningTask task, KernelFrame frame) throws MalformedFrameException {
    MessagePlace place = MessagePlace.read(frame.body());
    if (speaksFor(task, place)) {
      known(place.connection(), place.side().other())
          .ifPresent(purse ->
              purse
                  .find(place.sequence())
                  .ifPresent(deposit -> release(purse.owner, purse.take(deposit))));
    }
  }

  /** RIGHTS_WAITING. */
  void count(RunningTask task, Session session, KernelFrame frame) throws MalformedFrameException {
    MessagePlace place = MessagePlace.read(frame.body());
    int waiting =
        speaksFor(task, place)
            ? known(place.connection(), place.side()).map(TicketPurse::waiting).orElse(0)
            : 0;
    session.reply(frame, 0, new WireWriter().i32(waiting).toBytes(), List.of());
  }

  // Who may, and what becomes of the rest.

  /** Whether the connection is open and the task is that end of it. */
  private boolean speaksFor(RunningTask task, MessagePlace place) {
    return connections
        .ends(place.connection())
        .flatMap(ends -> ends.task(place.side()))
        .filter(end -> end == task)
        .isPresent();
  }

  private Optional<String> wrongSide(RunningTask task, MessagePlace place) {
    boolean other =
        connections
            .ends(place.connection())
            .flatMap(ends -> ends.task(place.side().other()))
            .filter(end -> end == task)
            .isPresent();
    return other && !speaksFor(task, place)
        ? Optional.of("one end spoke as the other")
        : Optional.empty();
  }

  private Optional<TicketPurse> known(long connection, ConnectionSide side) {
    Map<ConnectionSide, TicketPurse> both = purses.get(connection);
    return both == null ? Optional.empty() : Optional.ofNullable(both.get(side));
  }

  private TicketPurse purse(long connection, ConnectionSide side, RunningTask owner) {
    return purses
        .computeIfAbsent(connection, _ -> new EnumMap<>(ConnectionSide.class))
        .computeIfAbsent(side, _ -> new TicketPurse(owner));
  }

  private void end(RunningTask by, MessagePlace place, String what) {
    Optional<RunningTask> other =
        connections.ends(place.connection()).flatMap(ends -> ends.task(place.side().other()));
    connections.end(place.connection(), ErrorCode.PROTOCOL, what);
    violations.violated(place.connection(), by, other, what);
  }

  /** A connection has ended, or lost its service: nobody will redeem what waits. */
  private void left(long connection) {
    Map<ConnectionSide, TicketPurse> both = purses.remove(connection);
    if (both != null) {
      both.values().forEach(purse -> release(purse.owner, purse.takeAll()));
    }
  }

  /** Port rights go as from a message that is destroyed, with their notifications. */
  private void release(RunningTask owner, List<KeptRight> rights) {
    for (KeptRight right : rights) {
      switch (right) {
        case KeptRight.File file -> {
          owner.custody(room).giveBack(1);
          count(owner, -1);
          closer.close(file.descriptor());
        }
        case KeptRight.OfPort port -> {
          count(owner, -1);
          ipc.release(port.right());
        }
        case KeptRight.Refused _ -> {}
      }
    }
  }

  private void count(RunningTask owner, int change) {
    int now = perTask.getOrDefault(owner, 0) + change;
    if (now == 0) {
      perTask.remove(owner);
    } else {
      perTask.put(owner, now);
    }
  }

  private static void refuse(
      RunningTask task, Session session, KernelFrame frame, ErrorCode code, String detail) {
    String told = task.refused(frame.operation(), code, detail);
    session.reply(frame, code.number(), new WireWriter().string(told).toBytes(), List.of());
  }
}
