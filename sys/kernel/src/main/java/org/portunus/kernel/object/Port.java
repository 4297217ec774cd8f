// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.identity.PeerRequirement;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.Route;

/**
 * A port: a queue of messages with one receiver.
 *
 * <p>Invariants: its receive right is in one place: a space, the kernel (its own port), a message
 * (then {@code destination} is where that message waits), the kernel's hands, or nowhere (dead).
 * {@code sendRights} is the number of entries with SEND and of carried rights of kind SEND, and
 * likewise send-once. A space has at most one entry with SEND or RECEIVE for it, and beside it one
 * for each {@link Diminished} of it. A dead port has no entries, no messages and no requests;
 * rights on their way may still point at it.
 */
public final class Port {
  private final Ipc ipc;
  private final Optional<KernelReceiver> kernelReceiver;
  private final MessageQueue queue;
  private final Entries<Space, Right> entries = new Entries<>();
  private final Entries<Right, Space> onceEntries = new Entries<>();
  private Set<Diminished> diminished = Set.of();
  private boolean alive = true;
  private @Nullable Space receiver;
  private int receiverName;
  private @Nullable Port destination;
  private @Nullable CarriedRight noSendersRequest;
  private @Nullable CarriedRight portDestroyedRequest;
  private final OnceCharges onceCharges = new OnceCharges();
  private Optional<PeerRequirement> clientRequirement = Optional.empty();
  private Route route = Route.DIRECT;
  private final PortRole role;
  private PortGuard guard = PortGuard.NONE;
  private int roomRequests;
  private int makeSendCount;
  private int sendRights;
  private int sendOnceRights;

  Port(Ipc ipc, Optional<KernelReceiver> kernelReceiver) {
    this(ipc, kernelReceiver, PortRole.ORDINARY);
  }

  Port(Ipc ipc, Optional<KernelReceiver> kernelReceiver, PortRole role) {
    this.ipc = ipc;
    this.role = role;
    this.kernelReceiver = kernelReceiver;
    this.queue = new MessageQueue(ipc, this);
    ipc.tally.ports++;
  }

  public boolean isAlive() {
    return alive;
  }

  /** The task that holds the receive right. */
  public Optional<Task> receivingTask() {
    return receiver == null ? Optional.empty() : Optional.of(receiver.task());
  }

  /** Every task with a name for it, the receiver's included. */
  public List<Task> holders() {
    SequencedSet<Task> tasks = new LinkedHashSet<>();
    entries.keySet().forEach(space -> tasks.add(space.task()));
    onceEntries.values().forEach(space -> tasks.add(space.task()));
    diminished.forEach(less -> less.spaces().forEach(space -> tasks.add(space.task())));
    return new ArrayList<>(tasks);
  }

  /** What who connects to it has to be, as whoever received from it last has stated. */
  public Optional<PeerRequirement> clientRequirement() {
    return clientRequirement;
  }

  public void setClientRequirement(Optional<PeerRequirement> requirement) {
    clientRequirement = requirement;
  }

  /** Whether the kernel itself receives from it. */
  boolean isKernels() {
    return kernelReceiver.isPresent();
  }

  /** How connections to it are carried, as launchd has said. */
  public Route route() {
    return route;
  }

  public void setRoute(Route newRoute) {
    route = newRoute;
  }

  public int queuedMessages() {
    return queue.messages.size();
  }

  /** Whether a message of the kernel's in a task's name would be one too many. */
  public boolean isFull() {
    return queue.isFull() || (receiver != null && !receiver.task().account().affordsSendOnce(1));
  }

  /** A new send right in the kernel's hands; on a dead port it is dead. */
  public CarriedRight makeSend() {
    makeSendCount++;
    return carry(RightKind.SEND);
  }

  /** A new send-once right in the kernel's hands; on a dead port it is dead. */
  public CarriedRight makeSendOnce() {
    return carry(RightKind.SEND_ONCE);
  }

  /**
   * The kernel asks for the receive right back when the port would be destroyed. Consumes the
   * send-once right, whatever the result.
   *
   * @return SUCCESS, FAILURE if there is such a request, INVALID_CAPABILITY if the port is dead
   */
  public KernReturn requestPortDestroyed(CarriedRight once) {
    KernReturn result =
        !alive
            ? KernReturn.INVALID_CAPABILITY
            : portDestroyedRequest != null ? KernReturn.FAILURE : KernReturn.SUCCESS;
    if (result == KernReturn.SUCCESS) {
      portDestroyedRequest = once;
    } else {
      ipc.drop(once);
    }
    ipc.settle();
    return result;
  }

  /**
   * The kernel, which receives from this port, gets NO_SENDERS of it by itself, once there are
   * none.
   */
  public void awaitNoSenders() {
    noSendersRequest = carry(RightKind.SEND_ONCE);
  }

  /** Whether anybody can send to it. */
  public boolean hasSenders() {
    return sendRights > 0;
  }

  Ipc ipc() {
    return ipc;
  }

  MessageQueue queue() {
    return queue;
  }

  Optional<KernelReceiver> kernelReceiver() {
    return kernelReceiver;
  }

  PortRole role() {
    return role;
  }

  PortGuard guard() {
    return guard;
  }

  void setGuard(PortGuard newGuard) {
    guard = newGuard;
  }

  /** Whether its receive right stays where it is. */
  boolean isImmovable() {
    return guard.immovable() || role.receiveIsImmovable();
  }

  int makeSendCount() {
    return makeSendCount;
  }

  int sendRights() {
    return sendRights;
  }

  OnceCharges onceCharges() {
    return onceCharges;
  }

  int sendOnceRights() {
    return sendOnceRights;
  }

  int receiverName() {
    return receiverName;
  }

  @Nullable Space receiver() {
    return receiver;
  }

  @Nullable Port destination() {
    return destination;
  }

  void setDestination(@Nullable Port port) {
    destination = port;
  }

  @Nullable CarriedRight noSendersRequest() {
    return noSendersRequest;
  }

  void setNoSendersRequest(@Nullable CarriedRight request) {
    noSendersRequest = request;
  }

  @Nullable CarriedRight portDestroyedRequest() {
    return portDestroyedRequest;
  }

  void setPortDestroyedRequest(CarriedRight request) {
    portDestroyedRequest = request;
  }

  /** The entry with SEND or RECEIVE in this space. */
  @Nullable Right entryIn(Space space) {
    return entries.get(space);
  }

  void entered(Space space, Right right) {
    Diminished less = right.diminished();
    if (less != null) {
      if (diminished.isEmpty()) {
        diminished = new LinkedHashSet<>();
      }
      diminished.add(less);
      less.entered(space, right);
    } else if (right.is(RightKind.SEND_ONCE)) {
      onceEntries.put(right, space);
    } else {
      entries.put(space, right);
    }
  }

  void left(Space space, Right right) {
    Diminished less = right.diminished();
    if (less != null) {
      less.left(space);
      forgetIfNowhere(less);
    } else if (right.is(RightKind.SEND_ONCE)) {
      onceEntries.remove(right);
    } else {
      entries.remove(space);
    }
  }

  private void forgetIfNowhere(Diminished less) {
    if (!less.hasEntries() && diminished.contains(less)) {
      diminished.remove(less);
      diminished = diminished.isEmpty() ? Set.of() : diminished;
    }
  }

  /** A new right of these powers outside of any space. */
  CarriedRight carryDiminished(Diminished less, CarriedRight.Hold hold) {
    sendRights++;
    less.gain();
    return CarriedRight.of(less, hold);
  }

  /** A send right less, which had these powers. */
  void loseSend(@Nullable Diminished less) {
    if (less != null) {
      less.lose();
    }
    loseSend();
  }

  /**
   * The time of these rights is up: their names die, and who waits to send by one waits no more.
   */
  void expire(Diminished less) {
    List<Right> names = less.entries();
    less.expire();
    forgetIfNowhere(less);
    for (Right right : names) {
      CarriedRight request = right.request();
      right.forgetRequest();
      right.expire();
      tellDeath(right, request);
      loseSend(less);
    }
    for (BlockedSend sender : List.copyOf(queue.blocked)) {
      if (sender.message().destination().diminished() == less) {
        ipc.consequence(() -> sender.giveBack(KernReturn.SEND_EXPIRED));
      }
    }
  }

  /** A new right outside of any space. */
  CarriedRight carry(RightKind kind) {
    if (kind == RightKind.SEND) {
      sendRights++;
    } else {
      sendOnceRights++;
      Space maker = receiver;
      if (alive) {
        onceCharges.add(maker == null ? null : maker.task().account());
      }
    }
    return CarriedRight.of(kind, this);
  }

  void countMakeSend() {
    makeSendCount++;
  }

  void setMakeSendCount(int count) {
    makeSendCount = count;
  }

  /** How many names stand for rights to it. */
  int names() {
    int known = entries.size() + onceEntries.size();
    for (Diminished less : diminished) {
      known += less.entries().size();
    }
    return known;
  }

  /** How many names of it have a request for its death, or for room. */
  int requests() {
    int armed = 0;
    for (Right right : entries.values()) {
      armed += right.request() == null ? 0 : 1;
    }
    for (Right right : onceEntries.keySet()) {
      armed += right.request() == null ? 0 : 1;
    }
    for (Diminished less : diminished) {
      for (Right right : less.entries()) {
        armed += right.request() == null ? 0 : 1;
      }
    }
    return armed;
  }

  /** One send right less. The last one's end is told to whoever asked, once. */
  void loseSend() {
    sendRights--;
    CarriedRight request = noSendersRequest;
    if (alive && sendRights == 0 && request != null) {
      noSendersRequest = null;
      ipc.notify(request, NotificationKind.NO_SENDERS, makeSendCount);
    }
    if (sendRights == 0 && role.isVoucher()) {
      ipc.consequence(() -> ipc.vouchers.unused(this));
    }
  }

  void loseSendOnce() {
    sendOnceRights--;
    onceCharges.remove();
  }

  void countRoomRequests(int difference) {
    roomRequests += difference;
  }

  int roomRequests() {
    return roomRequests;
  }

  /** Tells whoever waits for room, once. */
  void tellRoom() {
    if (roomRequests > 0) {
      entries.values().forEach(this::tellRoom);
      onceEntries.keySet().forEach(this::tellRoom);
      diminished.forEach(less -> less.entries().forEach(this::tellRoom));
    }
  }

  private void tellRoom(Right right) {
    CarriedRight request = right.request();
    if (request != null && right.awaitsRoom()) {
      right.forgetRequest();
      ipc.notify(request, NotificationKind.SEND_POSSIBLE, right.name());
    }
  }

  /** The receive right arrives in a space. */
  void receivedBy(Space space, int name) {
    receiver = space;
    receiverName = name;
    destination = null;
    queue.boost(space.task());
  }

  /** The receive right leaves its space; its entry is the caller's. */
  void clearReceiver() {
    queue.detach();
    queue.boost(null);
    receiver = null;
    receiverName = 0;
    makeSendCount = 0;
    guard = PortGuard.NONE;
  }

  /** Nobody holds the receive right any more: the port dies, or goes to who asked for it. */
  void destroyReceive() {
    clearReceiver();
    destination = null;
    CarriedRight request = portDestroyedRequest;
    if (request != null) {
      portDestroyedRequest = null;
      guard = role.returning();
      ipc.notifyPortDestroyed(request, CarriedRight.of(RightKind.RECEIVE, this));
      return;
    }
    die();
  }

  void destroyKernelPort() {
    if (alive && kernelReceiver.isPresent()) {
      die();
    }
  }

  private void die() {
    alive = false;
    ipc.tally.ports--;
    queue.destroy();
    CarriedRight request = noSendersRequest;
    if (request != null) {
      noSendersRequest = null;
      ipc.drop(request);
    }
    CarriedRight backup = portDestroyedRequest;
    if (backup != null) {
      portDestroyedRequest = null;
      ipc.drop(backup);
    }
    entries.forEach((space, right) -> killEntry(right));
    entries.clear();
    for (Diminished less : List.copyOf(diminished)) {
      less.entries().forEach(this::killEntry);
      less.clear();
    }
    diminished = Set.of();
    onceEntries.forEach((right, space) -> killEntry(right));
    onceEntries.clear();
    onceCharges.clear();
  }

  private void killEntry(Right right) {
    if (right.is(RightKind.SEND)) {
      sendRights--;
      Diminished less = right.diminished();
      if (less != null) {
        less.lose();
      }
    } else {
      loseSendOnce();
    }
    CarriedRight request = right.request();
    right.forgetRequest();
    right.die();
    tellDeath(right, request);
  }

  private void tellDeath(Right right, @Nullable CarriedRight request) {
    if (request != null) {
      right.addReference();
      ipc.notify(request, NotificationKind.DEAD_NAME, right.name());
    }
  }
}
