// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.MessageStep;
import org.portunus.abi.mach.RightKind;

/** The last step of every send: from a complete message to its destination. */
final class Delivery {
  private Delivery() {}

  /**
   * Hands a message to its port, whatever the queue's limit. One that would close a circle of
   * receive rights in transit is destroyed instead, as in XNU: nobody could ever receive it.
   */
  static void deliver(Ipc ipc, Message message) {
    if (!message.port().isAlive() || !bind(message)) {
      ipc.consequence(message::destroy);
      return;
    }
    admit(ipc, message);
  }

  /** As {@link #deliver}, for a message that is bound already. */
  static void admit(Ipc ipc, Message message) {
    Port port = message.port();
    ipc.passed(MessageStep.SENT, message);
    if (port.kernelReceiver().isPresent()) {
      ipc.passed(MessageStep.RECEIVED, message);
      KernelReceiver receiver = port.kernelReceiver().get();
      message.discharge();
      consumeDestination(message);
      message.forEachRight(right -> setDestination(right, null));
      message.content().voucher().ifPresent(ipc::drop);
      ipc.continuation(() -> receiver.received(port, message.content()));
      return;
    }
    port.queue().add(message);
  }

  /** Marks its receive rights as on their way there; false if that would make a circle. */
  static boolean bind(Message message) {
    for (CarriedRight right : message.ports()) {
      Port carried = right.target();
      if (right.kind() == RightKind.RECEIVE && carried != null) {
        if (leadsTo(message.port(), carried)) {
          return false;
        }
        carried.setDestination(message.port());
      }
    }
    return true;
  }

  /** The right that the message came by has served. */
  static void consumeDestination(Message message) {
    CarriedRight right = message.destination();
    right.spend();
    if (right.kind() == RightKind.SEND) {
      message.port().loseSend(right.diminished());
    } else {
      message.port().loseSendOnce();
    }
  }

  private static void setDestination(CarriedRight right, @Nullable Port port) {
    Port carried = right.target();
    if (right.kind() == RightKind.RECEIVE && carried != null) {
      carried.setDestination(port);
    }
  }

  private static boolean leadsTo(Port from, Port to) {
    for (Port port = from; port != null; port = port.destination()) {
      if (port == to) {
        return true;
      }
    }
    return false;
  }
}
