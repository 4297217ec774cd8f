// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.ResourceKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;

/**
 * The names of one task, and every operation that takes a name. Results and their order of checks
 * are those of XNU's mach_port and mach_msg calls. A result other than SUCCESS means that nothing
 * changed, but for a send whose body was refused, as said there.
 *
 * <p>Invariants: at most one entry with SEND or RECEIVE for a port; each send-once right has a name
 * of its own; entries are known to their ports. A dead space is empty and stays so.
 */
public final class Space {
  /** In a type mask: a dead-name request is armed. MACH_PORT_TYPE_DNREQUEST. */
  public static final int TYPE_DEAD_NAME_REQUEST = 0x80000000;

  /** In a type mask: a send-possible request is armed. MACH_PORT_TYPE_SPREQUEST. */
  public static final int TYPE_SEND_POSSIBLE_REQUEST = 0x40000000;

  /** In a type mask: one that a refused send will arm. MACH_PORT_TYPE_SPREQUEST_DELAYED. */
  public static final int TYPE_SEND_POSSIBLE_DELAYED = 0x20000000;

  /** In a type mask, ours: a send right with fewer powers, {@link DiminishedRights}. */
  public static final int TYPE_DIMINISHED = 0x10000000;

  private final Ipc ipc;
  private final Task task;
  private final NameTable table;
  private boolean active = true;
  private final ReceiveRights receiveRights;
  final SequencedSet<BlockedSend> blockedSends = new LinkedHashSet<>();
  final SequencedSet<PendingReceive> pendingReceives = new LinkedHashSet<>();

  Space(Ipc ipc, Task task) {
    this.ipc = ipc;
    this.task = task;
    this.table = new NameTable(task.quota().names());
    this.receiveRights = new ReceiveRights(this);
  }

  /** Operations on receive rights that have attributes. */
  public ReceiveRights receiveRights() {
    return receiveRights;
  }

  /** A new receive right, port set or dead name. */
  public Outcome<Integer> allocate(RightKind kind) {
    return new Allocations(this).one(kind);
  }

  /** As many as asked for, or none; INVALID_ARGUMENT for more than {@link Allocations#MOST}. */
  public Outcome<int[]> allocate(RightKind kind, int count) {
    return new Allocations(this).several(kind, count);
  }

  /** The same under a chosen name: NAME_EXISTS if used, INVALID_VALUE if it is no legal name. */
  public KernReturn allocateName(RightKind kind, int name) {
    return new Allocations(this).chosen(kind, name);
  }

  /** Puts a right of this space under a name of this space: mach_port_insert_right. */
  public KernReturn insertRight(int name, int rightName, Disposition disposition) {
    KernReturn result =
        active ? RightInsertion.check(this, name, rightName, disposition) : KernReturn.INVALID_TASK;
    if (result == KernReturn.SUCCESS) {
      RightInsertion.insert(this, name, rightName, disposition);
    }
    ipc.settle();
    return result;
  }

  /**
   * Changes the user references of one kind of right by a difference; at zero the right goes.
   *
   * @param kind number of a RightKind; 5 is a kind that nobody has, from 6 on is INVALID_VALUE
   */
  public KernReturn modRefs(int name, int kind, int delta) {
    KernReturn result =
        active ? References.modify(this, name, kind, delta) : KernReturn.INVALID_TASK;
    ipc.settle();
    return result;
  }

  /** One reference less to a send, send-once, dead-name or port-set right. */
  public KernReturn deallocate(int name) {
    KernReturn result = active ? References.deallocate(this, name) : KernReturn.INVALID_TASK;
    ipc.settle();
    return result;
  }

  /** Every right that the name stands for goes. */
  public KernReturn destroy(int name) {
    if (!active) {
      return KernReturn.INVALID_TASK;
    }
    if (isBare(name)) {
      return KernReturn.SUCCESS;
    }
    Right right = find(name);
    if (right == null) {
      return KernReturn.INVALID_NAME;
    }
    KernReturn result = References.destroyUnlessGuarded(this, right);
    ipc.settle();
    return result;
  }

  /**
   * User references of one kind of right, 0 if the name has others only.
   *
   * @param kind as for {@link #modRefs}
   */
  public Outcome<Integer> getRefs(int name, int kind) {
    return active ? References.count(this, name, kind) : Outcome.failure(KernReturn.INVALID_TASK);
  }

  /**
   * Mask of RightKind.typeBit and what its request is for: {@link #TYPE_DEAD_NAME_REQUEST}, {@link
   * #TYPE_SEND_POSSIBLE_REQUEST} or {@link #TYPE_SEND_POSSIBLE_DELAYED}.
   */
  public Outcome<Integer> type(int name) {
    if (!active) {
      return Outcome.failure(KernReturn.INVALID_TASK);
    }
    if (name == MachLimits.NAME_DEAD) {
      return Outcome.of(RightKind.DEAD_NAME.typeBit());
    }
    Right right = find(name);
    if (right == null) {
      return Outcome.failure(KernReturn.INVALID_NAME);
    }
    int less = right.diminished() == null ? 0 : TYPE_DIMINISHED;
    return Outcome.of(right.type() | right.requestBit() | less);
  }

  /** Status of a receive right. */
  public Outcome<PortStatus> status(int name) {
    KernReturn result = checkKind(name, RightKind.RECEIVE);
    if (result != KernReturn.SUCCESS) {
      return Outcome.failure(result);
    }
    Port port = require(name).port();
    return Outcome.of(
        new PortStatus(
            port.makeSendCount(),
            port.queue().sequence(),
            port.queue().limit(),
            port.queue().messages.size(),
            port.sendOnceRights(),
            port.sendRights() > 0,
            !port.queue().sets.isEmpty(),
            port.portDestroyedRequest() != null,
            port.noSendersRequest() != null,
            PortStatus.flags(port)));
  }

  /** 0 to QUEUE_MAX messages, else INVALID_VALUE. Raising it lets blocked senders in. */
  public KernReturn setQueueLimit(int name, int limit) {
    if (active && (limit < 0 || limit > MachLimits.QUEUE_MAX)) {
      return KernReturn.INVALID_VALUE;
    }
    KernReturn result = checkKind(name, RightKind.RECEIVE);
    if (result == KernReturn.SUCCESS) {
      require(name).port().queue().setLimit(limit);
      ipc.settle();
    }
    return result;
  }

  /**
   * Asks for a notification, replacing an earlier request: mach_port_request_notification.
   *
   * @param kind number of DEAD_NAME, SEND_POSSIBLE, NO_SENDERS or PORT_DESTROYED; others are
   *     INVALID_VALUE
   * @param notify right to notify by, MAKE_SEND_ONCE or MOVE_SEND_ONCE; empty cancels
   * @return the right of the request before, now under a name of this space
   */
  public Outcome<Optional<PortDescriptor>> requestNotification(
      int name, int kind, int sync, Optional<PortDescriptor> notify) {
    if (!active) {
      return Outcome.failure(KernReturn.INVALID_TASK);
    }
    Outcome<Optional<PortDescriptor>> outcome =
        NotificationRequest.make(this, name, NotificationKind.of(kind), sync, notify);
    ipc.settle();
    return outcome;
  }

  /** Adds a receive right to a set; it may be in several, RESOURCE_SHORTAGE beyond 32. */
  public KernReturn insertMember(int member, int set) {
    return Membership.insert(this, member, set);
  }

  /** Takes a receive right out of one set. */
  public KernReturn extractMember(int member, int set) {
    return Membership.extract(this, member, set);
  }

  /** Into this set and out of all others; set 0 means out of all. */
  public KernReturn moveMember(int member, int set) {
    return Membership.move(this, member, set);
  }

  /** Every name, for reports. */
  public List<NamedPort> namedPorts() {
    return active ? Arrays.stream(table.all()).map(NamedPort::of).toList() : List.of();
  }

  /** Names of a set's members. */
  public Outcome<List<Integer>> members(int set) {
    KernReturn result = checkKind(set, RightKind.PORT_SET);
    return result == KernReturn.SUCCESS
        ? Outcome.of(require(set).set().members.stream().map(Port::receiverName).toList())
        : Outcome.failure(result);
  }

  /**
   * Sends a message in this task's name. The continuation is called exactly once, at the latest
   * when the task ends; before this method returns, unless the send is blocked or the caller is a
   * continuation itself. Custody is taken over: released where the message is refused or destroyed.
   *
   * <p>SEND_INVALID_DEST, SEND_INVALID_REPLY, SEND_INVALID_HEADER, SEND_TOO_LARGE and
   * RESOURCE_SHORTAGE take nothing but the custody. SEND_INVALID_RIGHT (a right in the body that
   * the sender does not hold) destroys the message with the rights before it.
   *
   * @return the send, if it waits for room; its time-out is the caller's to watch
   */
  public Optional<BlockedSend> send(
      OutgoingMessage message, List<Custody> custody, SendContinuation continuation) {
    return send(message, MessageBody.PLAIN, custody, continuation, SendOption.NONE);
  }

  /**
   * The same with an option and descriptors.
   *
   * <p>SEND_INVALID_TYPE (descriptors that contradict themselves) destroys the message with its
   * header's rights, SEND_INVALID_RIGHT also for a guarded port with another guard.
   */
  public Optional<BlockedSend> send(
      OutgoingMessage message,
      MessageBody body,
      List<Custody> custody,
      SendContinuation continuation,
      SendOption option) {
    return task.send(message, body, custody, continuation, option, Urgency.NONE);
  }

  /** Takes the first message of a port or set: RCV_TIMED_OUT if there is none. */
  public Outcome<Received> poll(int name) {
    return poll(name, ReceiveOptions.PLAIN);
  }

  /** The same with options. */
  public Outcome<Received> poll(int name, ReceiveOptions options) {
    Outcome<Received> outcome = Receiving.poll(this, name, options);
    ipc.settle();
    return outcome;
  }

  /**
   * Receives from a port or set. The continuation is called exactly once; before this method
   * returns, unless there is no message yet or the caller is a continuation itself.
   *
   * @return the receive, if it waits; its time-out is the caller's to watch
   */
  public Optional<PendingReceive> receive(int name, ReceiveContinuation continuation) {
    return receive(name, ReceiveOptions.PLAIN, continuation);
  }

  /** The same with options. */
  public Optional<PendingReceive> receive(
      int name, ReceiveOptions options, ReceiveContinuation continuation) {
    Optional<PendingReceive> pending = Receiving.receive(this, name, options, continuation);
    ipc.settle();
    return pending;
  }

  /**
   * Looks at a message of a port: mach_port_peek.
   *
   * @param sequence number of the message; 0 for the first
   * @return FAILURE if there is none of that number
   */
  public Outcome<Peeked> peek(int name, int sequence) {
    return Receiving.peek(this, name, sequence);
  }

  /**
   * Calls back once when the port or set has a message, at once if it has one; takes none. Arming
   * again replaces the continuation. SUCCESS or RCV_INVALID_NAME.
   */
  public KernReturn arm(int name, ArmContinuation continuation) {
    KernReturn result = Receiving.arm(this, name, continuation);
    ipc.settle();
    return result;
  }

  /** Forgets the continuation of {@link #arm}, without calling it. */
  public KernReturn disarm(int name) {
    return Receiving.disarm(this, name);
  }

  /** Puts a right that the kernel holds into this space. NO_SPACE leaves it with the kernel. */
  public Outcome<Integer> insert(CarriedRight right) {
    if (!active) {
      return Outcome.failure(KernReturn.INVALID_TASK);
    }
    Port port = right.target();
    boolean joins = right.entryIn(this) != null || right.hasExpired();
    if (port != null && port.isAlive() && !joins && !hasRoom(1)) {
      return full();
    }
    int name = CopyOut.put(this, right).name();
    ipc.settle();
    return Outcome.of(name);
  }

  /**
   * Takes a right out of this space into the kernel's hands, as one in the body of a message:
   * INVALID_NAME, INVALID_RIGHT, or RESOURCE_SHORTAGE for one send-once right too many.
   */
  public Outcome<CarriedRight> take(PortDescriptor right) {
    ipc.expiries.end();
    KernReturn result = takeable(right);
    if (result != KernReturn.SUCCESS) {
      ipc.settle();
      return Outcome.failure(result);
    }
    CarriedRight taken =
        isBare(right.name())
            ? CarriedRight.bare(right.disposition().arrivesAs(), right.name())
            : CopyIn.take(this, right.name(), right.disposition());
    ipc.settle();
    return Outcome.of(taken);
  }

  private KernReturn takeable(PortDescriptor right) {
    if (!active) {
      return KernReturn.INVALID_TASK;
    }
    if (right.disposition() == Disposition.MAKE_SEND_ONCE && !task.account().mayMakeOnce(1)) {
      return KernReturn.RESOURCE_SHORTAGE;
    }
    return isBare(right.name())
        ? KernReturn.SUCCESS
        : CopyIn.check(this, right.name(), right.disposition());
  }

  /**
   * Puts rights that the kernel holds into this space, dead ports as the name ~0. INVALID_TASK and
   * NO_SPACE leave them all with the kernel.
   */
  public Outcome<List<PortDescriptor>> insertAll(List<CarriedRight> rights) {
    if (!active) {
      return Outcome.failure(KernReturn.INVALID_TASK);
    }
    if (!hasRoom(CopyOut.namesNeeded(this, rights))) {
      return full();
    }
    List<PortDescriptor> inserted = new ArrayList<>(rights.size());
    for (CarriedRight right : rights) {
      inserted.add(CopyOut.put(this, right));
    }
    ipc.settle();
    return Outcome.of(inserted);
  }

  /** Makes a send right to a port and puts it into this space. */
  public Outcome<Integer> grantSend(Port port) {
    if (!active) {
      return Outcome.failure(KernReturn.INVALID_TASK);
    }
    if (!port.isAlive()) {
      return Outcome.failure(KernReturn.INVALID_CAPABILITY);
    }
    if (port.entryIn(this) == null && !hasRoom(1)) {
      return full();
    }
    return insert(port.makeSend());
  }

  /**
   * The port behind a send right: INVALID_NAME, INVALID_RIGHT, or INVALID_CAPABILITY if dead,
   * SEND_EXPIRED if its time is up.
   */
  public Outcome<Port> sendRightPort(int name) {
    ipc.expiries.end();
    ipc.settle();
    Right right = active ? find(name) : null;
    if (right == null) {
      return Outcome.failure(active ? KernReturn.INVALID_NAME : KernReturn.INVALID_TASK);
    }
    if (right.is(RightKind.DEAD_NAME)) {
      return Outcome.failure(
          right.hasExpired() ? KernReturn.SEND_EXPIRED : KernReturn.INVALID_CAPABILITY);
    }
    return right.is(RightKind.SEND)
        ? Outcome.of(right.port())
        : Outcome.failure(KernReturn.INVALID_RIGHT);
  }

  /** The port behind a receive right: INVALID_NAME or INVALID_RIGHT. */
  public Outcome<Port> receiveRightPort(int name) {
    KernReturn result = checkKind(name, RightKind.RECEIVE);
    return result == KernReturn.SUCCESS
        ? Outcome.of(require(name).port())
        : Outcome.failure(result);
  }

  /** Every name, for reports. */
  public List<SpaceEntry> entries() {
    return Arrays.stream(table.all()).map(SpaceEntry::of).toList();
  }

  public boolean isActive() {
    return active;
  }

  Ipc ipc() {
    return ipc;
  }

  Task task() {
    return task;
  }

  NameTable table() {
    return table;
  }

  int names() {
    return table.used();
  }

  boolean hasRoom(int more) {
    int wanted = table.used() + more;
    int limit = task.quota().names();
    if (more == 0 || (table.hasRoom(more) && wanted <= limit && wanted <= ipc.namesShare())) {
      return true;
    }
    task.notices().met(ResourceKind.NAMES, table.used(), limit, ipc.namesShare());
    return false;
  }

  /** No room for a name, and whoever is to be told is. */
  <T> Outcome<T> full() {
    ipc.settle();
    return Outcome.failure(KernReturn.NO_SPACE);
  }

  @Nullable Right find(int name) {
    return table.find(name);
  }

  Right require(int name) {
    Right right = table.find(name);
    if (right == null) {
      throw new IllegalStateException("name vanished: " + Integer.toHexString(name));
    }
    return right;
  }

  static boolean isBare(int name) {
    return name == MachLimits.NAME_NULL || name == MachLimits.NAME_DEAD;
  }

  /** SUCCESS, INVALID_TASK, INVALID_NAME or INVALID_RIGHT; 0 and ~0 are INVALID_RIGHT. */
  KernReturn checkKind(int name, RightKind kind) {
    if (!active) {
      return KernReturn.INVALID_TASK;
    }
    Right right = find(name);
    if (right == null) {
      return isBare(name) ? KernReturn.INVALID_RIGHT : KernReturn.INVALID_NAME;
    }
    return right.is(kind) ? KernReturn.SUCCESS : KernReturn.INVALID_RIGHT;
  }

  int newName() {
    ipc.tally.names++;
    return table.allocate();
  }

  void chooseName(int name) {
    ipc.tally.names++;
    table.allocateAt(name);
  }

  /** Makes an entry for a port known to both sides; the name is allocated. */
  void enter(Port port, Right right) {
    table.put(right);
    port.entered(this, right);
  }

  /** Frees the name of an entry for a living port; an armed dead-name request is told so. */
  void remove(Right right) {
    right.endBoost();
    right.port().left(this, right);
    CarriedRight request = right.request();
    if (request != null) {
      right.forgetRequest();
      ipc.notify(request, NotificationKind.PORT_DELETED, right.name());
    }
    freeName(right);
  }

  /** Frees a name that no port knows. */
  void freeName(Right right) {
    task.notices().less(ResourceKind.NAMES);
    ipc.tally.names--;
    table.free(right.name());
  }

  void dropDeadReference(Right right) {
    if (right.references() == 1) {
      freeName(right);
    } else {
      right.removeReference();
    }
  }

  void terminate() {
    active = false;
    List.copyOf(blockedSends).forEach(BlockedSend::abandon);
    List.copyOf(pendingReceives).forEach(receive -> receive.fail(KernReturn.INVALID_TASK));
    Right[] rights = table.all();
    for (Right right : rights) {
      if (right.is(RightKind.RECEIVE)) {
        References.destroy(this, right);
      }
    }
    for (Right right : rights) {
      if (table.find(right.name()) == right) {
        References.destroy(this, right);
      }
    }
  }
}
