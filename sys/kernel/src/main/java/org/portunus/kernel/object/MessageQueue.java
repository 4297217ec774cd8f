// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;

/**
 * Messages that wait at one port, and who waits for them or for room.
 *
 * <p>Invariants: senders are blocked only while the queue is full; they enter in the order in which
 * they came. Receivers wait, on the port or on a set it is in, only while the queue is empty. The
 * limit binds messages by send rights; others may exceed it.
 */
final class MessageQueue {
  private final Ipc ipc;
  private final Port port;
  final ArrayDeque<Message> messages = new ArrayDeque<>();
  final SequencedSet<BlockedSend> blocked = new LinkedHashSet<>();
  final SequencedSet<PendingReceive> receivers = new LinkedHashSet<>();
  final SequencedSet<PortSet> sets = new LinkedHashSet<>();
  private @Nullable ArmContinuation arm;
  private int limit = MachLimits.QUEUE_DEFAULT;
  private int sequence;

  MessageQueue(Ipc ipc, Port port) {
    this.ipc = ipc;
    this.port = port;
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
    messages.addLast(message);
    for (PortSet set : sets) {
      set.ready.add(port);
    }
  }

  /** The first message; its number is the sequence before the call. */
  Message take() {
    Message message = messages.removeFirst();
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
    sets.add(set);
    if (!messages.isEmpty()) {
      set.ready.add(port);
      match();
    }
  }

  void left(PortSet set) {
    sets.remove(set);
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
    for (BlockedSend sender : List.copyOf(blocked)) {
      ipc.consequence(() -> sender.giveBack(KernReturn.SEND_INVALID_DEST));
    }
  }
}
