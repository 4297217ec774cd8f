// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.MessageStep;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.PortDescriptor;

/** Rights on their way into a space, and the receipt of whole messages. */
final class CopyOut {
  private CopyOut() {}

  /** How many new names the rights of a message need in this space. */
  static int namesNeeded(Space space, Message message) {
    if (message.reply().isEmpty() && message.content().rights() == 0) {
      return 0;
    }
    List<CarriedRight> rights = new ArrayList<>();
    message.forEachRight(rights::add);
    return namesNeeded(space, rights);
  }

  /** How many new names these rights need in this space. */
  static int namesNeeded(Space space, List<CarriedRight> rights) {
    Set<Object> fresh = new HashSet<>();
    int once = 0;
    for (CarriedRight right : rights) {
      Port port = right.target();
      if (port == null || !port.isAlive() || right.hasExpired()) {
        continue;
      }
      if (right.kind() == RightKind.SEND_ONCE) {
        once++;
      } else if (right.entryIn(space) == null) {
        Diminished less = right.diminished();
        fresh.add(less == null ? port : less);
      }
    }
    return fresh.size() + once;
  }

  /**
   * The first message of a port, or RCV_TIMED_OUT; RCV_TOO_LARGE, or NO_SPACE with the message left
   * there.
   */
  static Outcome<Received> receive(Space space, Port port, ReceiveOptions options) {
    Message first = port.queue().messages.peekFirst();
    if (first == null) {
      return Outcome.failure(KernReturn.RCV_TIMED_OUT);
    }
    if (!options.admit(first.content().size())) {
      return Outcome.failure(KernReturn.RCV_TOO_LARGE, tooLarge(port, first, options));
    }
    if (!space.hasRoom(namesNeeded(space, first))) {
      return Outcome.failure(KernReturn.NO_SPACE);
    }
    int local = port.receiverName();
    int sequence = port.queue().sequence();
    Message message = port.queue().take();
    space.ipc().passed(MessageStep.RECEIVED, message);
    message.discharge();
    Qos qos = message.qos();
    Optional<PortDescriptor> reply = message.reply().map(right -> put(space, right));
    List<PortDescriptor> ports = new ArrayList<>(message.ports().size());
    long context = port.guard().context();
    int size = message.content().size();
    MessageBody body = BodyCopyOut.receive(space, message, options, ports);
    Optional<PortDescriptor> voucher = voucher(space, message, options);
    Delivery.consumeDestination(message);
    IncomingMessage incoming =
        new IncomingMessage(
            local, reply, message.id(), sequence, ports, message.data(), message.sender());
    return Outcome.of(new Received(incoming, body, message.custody(), context, size, qos, voucher));
  }

  /** Who does not ask for it gets none. */
  private static Optional<PortDescriptor> voucher(
      Space space, Message message, ReceiveOptions options) {
    Optional<CarriedRight> voucher = message.content().voucher();
    if (!options.vouchers()) {
      voucher.ifPresent(right -> space.ipc().drop(right));
      return Optional.empty();
    }
    return voucher.map(right -> put(space, right));
  }

  private static Received tooLarge(Port port, Message message, ReceiveOptions options) {
    IncomingMessage head =
        new IncomingMessage(
            port.receiverName(),
            Optional.empty(),
            message.id(),
            port.queue().sequence(),
            List.of(),
            new byte[0],
            message.sender());
    Received told =
        new Received(
            head,
            MessageBody.PLAIN,
            List.of(),
            port.guard().context(),
            message.content().size(),
            message.qos(),
            Optional.empty());
    if (!options.keepsLarge()) {
      Message taken = port.queue().take();
      port.ipc().passed(MessageStep.DESTROYED, taken);
      taken.discharge();
      Delivery.consumeDestination(taken);
      port.ipc().consequence(taken::dropBody);
    }
    return told;
  }

  /**
   * Puts a right into a space, dead ports and what has expired as the name ~0. Without room, which
   * callers but those of returned messages have checked, the right is released and the name is 0.
   */
  static PortDescriptor put(Space space, CarriedRight right) {
    return new PortDescriptor(name(space, right), right.arrival());
  }

  private static int name(Space space, CarriedRight right) {
    Port port = right.target();
    if (port == null) {
      right.spend();
      return right.bareName();
    }
    Right entry = right.entryIn(space);
    if (!port.isAlive() || right.hasExpired() || (right.isLent() && entry == null)) {
      space.ipc().drop(right);
      return MachLimits.NAME_DEAD;
    }
    if (entry == null && !space.hasRoom(1)) {
      space.ipc().drop(right);
      return MachLimits.NAME_NULL;
    }
    if (entry == null) {
      return enter(space, right, port, space.newName());
    }
    merge(space, right, port, entry);
    return entry.name();
  }

  /** As a new entry under this name. */
  static int enter(Space space, CarriedRight right, Port port, int name) {
    Boost boost = right.kind() == RightKind.SEND_ONCE ? right.takeBoost() : null;
    right.spend();
    Diminished less = right.diminished();
    Right entered =
        less == null ? Right.toPort(name, port, right.kind()) : Right.toPort(name, port, less);
    space.enter(port, entered);
    if (boost != null) {
      entered.boost(boost);
      boost.moveTo(space.task());
    }
    if (right.kind() == RightKind.RECEIVE) {
      port.receivedBy(space, name);
    }
    return name;
  }

  /** Into the entry that the space has for the port. */
  static void merge(Space space, CarriedRight right, Port port, Right entry) {
    right.spend();
    if (right.kind() == RightKind.RECEIVE) {
      entry.addReceive();
      port.receivedBy(space, entry.name());
    } else if (entry.is(RightKind.SEND)) {
      entry.addReference();
      port.loseSend(right.diminished());
    } else {
      entry.addSend();
    }
  }
}
