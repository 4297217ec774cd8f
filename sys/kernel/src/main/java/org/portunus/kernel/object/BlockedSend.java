// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MessageStep;
import org.portunus.abi.wire.PortDescriptor;

/**
 * A send that waits for room in its destination's queue.
 *
 * <p>Invariant: while it waits it is in the lists of its port and of its space; it ends exactly
 * once, with one call of its continuation. Ending it again does nothing.
 */
public final class BlockedSend {
  private final Ipc ipc;
  private final Space space;
  private final Message message;
  private final SendContinuation continuation;
  private final Consumer<ReturnedMessage> late;
  private boolean ended;

  /**
   * @param late what a message that comes back for its time has as consequence
   */
  BlockedSend(
      Ipc ipc,
      Space space,
      Message message,
      SendContinuation continuation,
      Consumer<ReturnedMessage> late) {
    this.late = late;
    this.ipc = ipc;
    this.space = space;
    this.message = message;
    this.continuation = continuation;
    message.port().queue().block(this);
    message.boosts(message.port().receivingTask().orElse(null));
    space.blockedSends.add(this);
    ipc.tally.blockedSends++;
    ipc.passed(MessageStep.BLOCKED, message);
  }

  public boolean isWaiting() {
    return !ended;
  }

  /** Its time is up: the message comes back with SEND_TIMED_OUT. */
  public void timeOut() {
    giveBack(KernReturn.SEND_TIMED_OUT);
    ipc.settle();
  }

  /** The sender gives up: the message comes back with SEND_INTERRUPTED. */
  public void interrupt() {
    giveBack(KernReturn.SEND_INTERRUPTED);
    ipc.settle();
  }

  Message message() {
    return message;
  }

  /** There is room: the message is the queue's. */
  Message admitted() {
    end();
    ipc.passed(MessageStep.SENT, message);
    ipc.continuation(() -> continuation.sent(KernReturn.SUCCESS, Optional.empty()));
    return message;
  }

  void giveBack(KernReturn result) {
    if (ended) {
      return;
    }
    end();
    ReturnedMessage returned = giveBack(space, message);
    if (result == KernReturn.SEND_TIMED_OUT) {
      late.accept(returned);
    }
    ipc.continuation(() -> continuation.sent(result, Optional.of(returned)));
  }

  /** The sender is gone. */
  void abandon() {
    if (ended) {
      return;
    }
    end();
    ipc.consequence(message::destroy);
    ipc.continuation(() -> continuation.sent(KernReturn.INVALID_TASK, Optional.empty()));
  }

  private void end() {
    ended = true;
    message.port().queue().blocked.remove(this);
    space.blockedSends.remove(this);
    ipc.tally.blockedSends--;
  }

  /** Puts all that a message carries back into its sender's space, as if received there. */
  static ReturnedMessage giveBack(Space space, Message message) {
    space.ipc().passed(MessageStep.RETURNED, message);
    message.discharge();
    message.destination().endBoost();
    message.reply().ifPresent(CarriedRight::endBoost);
    PortDescriptor destination = CopyOut.put(space, message.destination());
    Optional<PortDescriptor> reply = message.reply().map(right -> CopyOut.put(space, right));
    message.content().voucher().ifPresent(right -> CopyOut.put(space, right));
    List<PortDescriptor> ports = new ArrayList<>(message.ports().size());
    BodyCopyOut.giveBack(space, message, ports);
    return new ReturnedMessage(
        destination, reply, message.id(), ports, message.data(), message.custody());
  }
}
