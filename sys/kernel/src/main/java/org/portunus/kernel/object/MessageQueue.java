// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.Qos;

/**
 * Messages that wait at one port, and who waits for them or for room.
 *
 * <p>Invariants: senders are blocked only while the queue is full; they enter in the order in which
 * they came. Receivers wait, on the port or on a set it is in, only while the queue is empty. The
 * limit binds messages by send rights; others may exceed it. Messages wait as {@link Overtaking}
 * orders them; {@code urgent} is the number of those with a QoS.
 */
@SuppressWarnings("ReferenceEquality") // the shared empty ones are meant themselves
final class MessageQueue {
  private static final ArrayDeque<Message> NO_MESSAGES = new ArrayDeque<>(0);
  private static final SequencedSet<?> NOTHING =
      Collections.unmodifiableSequencedSet(new LinkedHashSet<>());

  private final Ipc ipc;
  private final Port port;
  // Shared ones that stay empty until something is put in: most ports never have it.
  ArrayDeque<Message> messages = NO_MESSAGES;
  SequencedSet<BlockedSend> blocked = none();
  SequencedSet<PendingReceive> receivers = none();
  SequencedSet<PortSet> sets = none();
  private @Nullable ArmContinuation arm;
  private int limit = MachLimits.QUEUE_DEFAULT;
  private int sequence;
  private int urgent;

  MessageQueue(Ipc ipc, Port port) {
    this.ipc = ipc;
    this.port = port;
  }

  @SuppressWarnings("unchecked") // there is nothing in it, and nothing can be put in
  private static <T> SequencedSet<T> none() {
    return (SequencedSet<T>) NOTHING;
  }

  /** A sender waits for room. */
  void block(BlockedSend sender) {
    if (blocked == NOTHING) {
      blocked = new LinkedHashSet<>();
    }
    blocked.add(sender);
  }

  /** Those who wait for a message, to be added to. */
  SequencedSet<PendingReceive> waiting() {
    if (receivers == NOTHING) {
      receivers = new LinkedHashSet<>();
    }
    return receivers;
  }

  int limit() {
    return limit;
  }

  int sequence() {
    return sequence;
  }

  void setSequence(int next) {
    sequence = next;
  }

  boolean isFull() {
    return messages.size() >= limit;
  }

  void setLimit(int most) {
    limit = most;
    admit();
    tellRoom();
    match();
  }

  void setArm(@Nullable ArmContinuation continuation) {
    arm = continuation;
  }

  /** Queues a message; gives it to whoever waits. */
  void add(Message message) {
    append(message);
    match();
  }

  private void append(Message message) {
    Space receiver = port.receiver();
    message.boosts(receiver == null ? null : receiver.task());
    if (message.qos() != Qos.UNSPECIFIED) {
      urgent++;
    }
    if (messages == NO_MESSAGES) {
      messages = new ArrayDeque<>();
    }
    Overtaking.insert(messages, message, urgent);
    for (PortSet set : sets) {
      set.ready.add(port);
    }
  }

  /** The first message; its number is the sequence before the call. */
  Message take() {
    Message message = messages.removeFirst();
    if (message.qos() != Qos.UNSPECIFIED) {
      urgent--;
    }
    sequence++;
    for (PortSet set : sets) {
      set.ready.remove(port);
    }
    admit();
    if (!messages.isEmpty()) {
      for (PortSet set : sets) {
        set.ready.add(port);
      }
    }
    tellRoom();
    return message;
  }

  /** Whoever receives from now on works for those whose messages wait; null for nobody. */
  void boost(@Nullable Task receiver) {
    messages.forEach(message -> message.boosts(receiver));
    blocked.forEach(sender -> sender.message().boosts(receiver));
  }

  private void tellRoom() {
    if (!isFull()) {
      port.tellRoom();
    }
  }

  /** Lets blocked senders in while there is room. */
  private void admit() {
    while (!isFull() && !blocked.isEmpty()) {
      Iterator<BlockedSend> first = blocked.iterator();
      BlockedSend sender = first.next();
      first.remove();
      append(sender.admitted());
    }
  }

  /** Gives messages to those who wait, port first, then sets; then fires what is armed. */
  void match() {
    while (!messages.isEmpty()) {
      Optional<PendingReceive> receive = firstReceiver();
      if (receive.isEmpty()) {
        fireArms();
        return;
      }
      receive.get().complete(port);
    }
  }

  private Optional<PendingReceive> firstReceiver() {
    if (!receivers.isEmpty()) {
      return Optional.of(receivers.iterator().next());
    }
    for (PortSet set : sets) {
      if (!set.receivers.isEmpty()) {
        return Optional.of(set.receivers.iterator().next());
      }
    }
    return Optional.empty();
  }

  private void fireArms() {
    fireArm(KernReturn.SUCCESS);
    for (PortSet set : sets) {
      set.fireArm(KernReturn.SUCCESS);
    }
  }

  private void fireArm(KernReturn result) {
    ArmContinuation fired = arm;
    if (fired != null) {
      arm = null;
      int name = port.receiverName();
      ipc.continuation(() -> fired.fired(result, name));
    }
  }

  void joined(PortSet set) {
    if (sets == NOTHING) {
      sets = new LinkedHashSet<>();
    }
    sets.add(set);
    if (!messages.isEmpty()) {
      set.ready.add(port);
      match();
    }
  }

  void left(PortSet set) {
    if (sets != NOTHING) {
      sets.remove(set);
    }
  }

  /** The receive right leaves its space: sets and receivers lose the port, senders do not. */
  void detach() {
    for (PortSet set : new ArrayList<>(sets)) {
      set.remove(port);
    }
    for (PendingReceive receive : List.copyOf(receivers)) {
      receive.fail(KernReturn.RCV_PORT_DIED);
    }
    fireArm(KernReturn.RCV_PORT_DIED);
    sequence = 0;
  }

  /** The port is dead: messages are destroyed, blocked senders get theirs back. */
  void destroy() {
    for (Message message : messages) {
      ipc.consequence(message::destroy);
    }
    messages.clear();
    urgent = 0;
    for (BlockedSend sender : List.copyOf(blocked)) {
      ipc.consequence(() -> sender.giveBack(KernReturn.SEND_INVALID_DEST));
    }
  }
}
