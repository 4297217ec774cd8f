// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import java.util.SequencedSet;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;

/** A task's receives, looks and waits at a port or set. */
final class Receiving {
  private Receiving() {}

  static Outcome<Received> poll(Space space, int name, ReceiveOptions options) {
    if (!space.isActive()) {
      return Outcome.failure(KernReturn.INVALID_TASK);
    }
    Right right = space.find(name);
    if (right != null && right.is(RightKind.RECEIVE)) {
      return CopyOut.receive(space, right.port(), options);
    }
    if (right == null || !right.is(RightKind.PORT_SET)) {
      return Outcome.failure(KernReturn.RCV_INVALID_NAME);
    }
    SequencedSet<Port> ready = right.set().ready;
    return ready.isEmpty()
        ? Outcome.failure(KernReturn.RCV_TIMED_OUT)
        : CopyOut.receive(space, ready.getFirst(), options);
  }

  static Optional<PendingReceive> receive(
      Space space, int name, ReceiveOptions options, ReceiveContinuation continuation) {
    Ipc ipc = space.ipc();
    Outcome<Received> outcome = poll(space, name, options);
    if (outcome.result() != KernReturn.RCV_TIMED_OUT) {
      ipc.continuation(() -> continuation.received(outcome));
      return Optional.empty();
    }
    if (space.pendingReceives.size() >= space.task().quota().messages()) {
      ipc.continuation(() -> continuation.received(Outcome.failure(KernReturn.RESOURCE_SHORTAGE)));
      return Optional.empty();
    }
    Right right = space.require(name);
    SequencedSet<PendingReceive> queue =
        right.is(RightKind.PORT_SET) ? right.set().receivers : right.port().queue().waiting();
    return Optional.of(new PendingReceive(ipc, space, queue, options, continuation));
  }

  static Outcome<Peeked> peek(Space space, int name, int sequence) {
    KernReturn result = space.checkKind(name, RightKind.RECEIVE);
    if (result != KernReturn.SUCCESS) {
      return Outcome.failure(result);
    }
    Port port = space.require(name).port();
    MessageQueue queue = port.queue();
    int at = sequence == 0 ? 0 : sequence - queue.sequence();
    if (at < 0 || at >= queue.messages.size()) {
      return Outcome.failure(KernReturn.FAILURE);
    }
    Message message = queue.messages.stream().skip(at).findFirst().orElseThrow();
    return Outcome.of(
        new Peeked(
            queue.sequence() + at,
            message.content().size(),
            message.id(),
            message.sender(),
            port.guard().context()));
  }

  static KernReturn arm(Space space, int name, ArmContinuation continuation) {
    if (!space.isActive()) {
      return KernReturn.INVALID_TASK;
    }
    Right right = space.find(name);
    if (right == null || !(right.is(RightKind.RECEIVE) || right.is(RightKind.PORT_SET))) {
      return KernReturn.RCV_INVALID_NAME;
    }
    boolean available;
    if (right.is(RightKind.PORT_SET)) {
      available = !right.set().ready.isEmpty();
      right.set().setArm(available ? null : continuation);
    } else {
      available = !right.port().queue().messages.isEmpty();
      right.port().queue().setArm(available ? null : continuation);
    }
    if (available) {
      space.ipc().continuation(() -> continuation.fired(KernReturn.SUCCESS, name));
    }
    return KernReturn.SUCCESS;
  }

  static KernReturn disarm(Space space, int name) {
    Right right = space.find(name);
    if (right != null && right.is(RightKind.PORT_SET)) {
      right.set().setArm(null);
    } else if (right != null && right.is(RightKind.RECEIVE)) {
      right.port().queue().setArm(null);
    } else {
      return KernReturn.RCV_INVALID_NAME;
    }
    return KernReturn.SUCCESS;
  }
}
