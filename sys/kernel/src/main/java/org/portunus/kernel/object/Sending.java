// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.GuardException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;

/** One send of one task: checks, copy-in, then delivery, blocking or return. */
final class Sending {
  private final Ipc ipc;
  private final Space space;
  private final OutgoingMessage message;
  private final MessageBody body;
  private final List<Custody> custody;
  private final SendContinuation continuation;
  private final SendOption option;
  private final Urgency urgency;

  Sending(
      Space space,
      OutgoingMessage message,
      MessageBody body,
      List<Custody> custody,
      SendContinuation continuation,
      SendOption option,
      Urgency urgency) {
    this.option = option;
    this.urgency = urgency;
    this.ipc = space.ipc();
    this.space = space;
    this.message = message;
    this.body = body;
    this.custody = List.copyOf(custody);
    this.continuation = continuation;
  }

  Optional<BlockedSend> send() {
    KernReturn result = check();
    if (result != KernReturn.SUCCESS) {
      ipc.consequence(() -> custody.forEach(Custody::release));
      end(result, Optional.empty());
      return Optional.empty();
    }
    // Moving a name's last send right frees it: what is only copied from it comes first.
    boolean replyFirst = message.destination().disposition() == Disposition.MOVE_SEND;
    Optional<CarriedRight> early = replyFirst ? message.reply().map(this::take) : Optional.empty();
    Account payer = payer();
    Urgency asked = asked();
    PortDescriptor to = message.destination();
    CarriedRight destination = CopyIn.takeDestination(space, to.name(), to.disposition());
    // Whoever is answered has what it waited for.
    destination.endBoost();
    Optional<CarriedRight> reply = replyFirst ? early : message.reply().map(this::take);
    Optional<CarriedRight> voucher = urgency.voucher().filter(Sending::isNamed).map(this::take);
    BodyCopyIn copied = BodyCopyIn.take(space, body, message.ports());
    // One that is destroyed is its rights alone.
    MessageBody carried = copied.result() == KernReturn.SUCCESS ? body : MessageBody.PLAIN;
    KernelMessage content =
        new KernelMessage(
            message.id(),
            message.data(),
            reply,
            copied.rights(),
            custody,
            space.task().token(),
            carried,
            voucher);
    Message kernelForm = new Message(ipc, destination, content, payer);
    if (copied.result() == KernReturn.SUCCESS) {
      if (asked.boosts()) {
        Boost.Kind kind = asked.propagates() ? Boost.Kind.PROPAGATED : Boost.Kind.FIXED;
        kernelForm.boostBy(space.task().importance().give(asked.qos(), kind));
      }
      return deliver(kernelForm);
    }
    ipc.consequence(kernelForm::destroy);
    end(copied.result(), Optional.empty());
    return Optional.empty();
  }

  private static boolean isNamed(PortDescriptor right) {
    return right.name() != MachLimits.NAME_NULL;
  }

  /** With what the voucher says, which is still there. */
  private Urgency asked() {
    return urgency
        .voucher()
        .flatMap(right -> Vouchers.find(space, right.name()))
        .map(voucher -> urgency.with(voucher.attributes()))
        .orElse(urgency);
  }

  private KernReturn checkVoucher() {
    if (urgency.voucher().filter(Sending::isNamed).isEmpty()) {
      return KernReturn.SUCCESS;
    }
    PortDescriptor right = urgency.voucher().get();
    if (right.disposition() != Disposition.COPY_SEND
        && right.disposition() != Disposition.MOVE_SEND) {
      return KernReturn.SEND_INVALID_HEADER;
    }
    return Vouchers.find(space, right.name()).isPresent()
            && CopyIn.check(space, right.name(), right.disposition(), CopyIn.Use.VOUCHER)
                == KernReturn.SUCCESS
        ? KernReturn.SUCCESS
        : KernReturn.SEND_INVALID_VOUCHER;
  }

  private Optional<BlockedSend> deliver(Message kernelForm) {
    Port port = kernelForm.port();
    boolean bound = kernelForm.destination().kind() == RightKind.SEND;
    if (!bound || port.kernelReceiver().isPresent() || !port.queue().isFull()) {
      Delivery.deliver(ipc, kernelForm);
      end(KernReturn.SUCCESS, Optional.empty());
      return Optional.empty();
    }
    if (!Delivery.bind(kernelForm)) {
      ipc.consequence(kernelForm::destroy);
      end(KernReturn.SUCCESS, Optional.empty());
      return Optional.empty();
    }
    if (message.timeoutNanos() != 0) {
      return Optional.of(new BlockedSend(ipc, space, kernelForm, continuation, this::refused));
    }
    ReturnedMessage returned = BlockedSend.giveBack(space, kernelForm);
    refused(returned);
    end(KernReturn.SEND_TIMED_OUT, Optional.of(returned));
    return Optional.empty();
  }

  private void refused(ReturnedMessage returned) {
    if (option == SendOption.NOTIFY) {
      NotificationRequest.arm(space, returned.destination().name());
    }
  }

  private void end(KernReturn result, Optional<ReturnedMessage> returned) {
    ipc.continuation(() -> continuation.sent(result, returned));
  }

  private KernReturn check() {
    if (!space.isActive()) {
      return KernReturn.INVALID_TASK;
    }
    if (message.data().length > OutgoingMessage.MAX_DATA
        || message.ports().size() > PortDescriptor.MOST_PORTS) {
      return KernReturn.SEND_TOO_LARGE;
    }
    if (body.auxiliary().length > MessageBody.MAX_AUXILIARY) {
      return KernReturn.SEND_AUX_TOO_LARGE;
    }
    KernReturn result = checkVoucher();
    if (result == KernReturn.SUCCESS) {
      result = checkHeader();
    }
    if (result != KernReturn.SUCCESS) {
      return result;
    }
    if (!body.isPlain() && space.require(message.destination().name()).port().isKernels()) {
      return KernReturn.SEND_INVALID_TYPE;
    }
    Account payer = payer();
    if (!payer.affords(cost())) {
      space.task().notices().blame(payer.task());
      return KernReturn.RESOURCE_SHORTAGE;
    }
    return affordsSendOnce() ? KernReturn.SUCCESS : KernReturn.RESOURCE_SHORTAGE;
  }

  private KernReturn checkHeader() {
    PortDescriptor destination = message.destination();
    boolean replyReceives =
        message.reply().filter(r -> r.disposition() == Disposition.MOVE_RECEIVE).isPresent();
    if (destination.disposition() == Disposition.MOVE_RECEIVE || replyReceives) {
      return KernReturn.SEND_INVALID_HEADER;
    }
    Right by = space.find(destination.name());
    if (by != null && by.hasExpired()) {
      return KernReturn.SEND_EXPIRED;
    }
    if (CopyIn.check(space, destination.name(), destination.disposition(), CopyIn.Use.DESTINATION)
            != KernReturn.SUCCESS
        || CopyIn.isDead(space, destination.name())) {
      return KernReturn.SEND_INVALID_DEST;
    }
    Diminished less = space.require(destination.name()).diminished();
    if (less != null && !less.allows(message.id())) {
      return KernReturn.SEND_MSG_FILTERED;
    }
    if (message.reply().isEmpty()) {
      return KernReturn.SUCCESS;
    }
    PortDescriptor reply = message.reply().get();
    if (!isHeld(reply, CopyIn.Use.REPLY) || !isReplyPortWhereAsked(destination, reply)) {
      return KernReturn.SEND_INVALID_REPLY;
    }
    return reply.name() == destination.name() && !bothAtOnce(destination, reply)
        ? KernReturn.SEND_INVALID_DEST
        : KernReturn.SUCCESS;
  }

  /** Whether one name can give both rights. Moving its last send right once serves for both. */
  private boolean bothAtOnce(PortDescriptor destination, PortDescriptor reply) {
    if (destination.disposition() == Disposition.MOVE_SEND_ONCE
        || reply.disposition() == Disposition.MOVE_SEND_ONCE) {
      return false;
    }
    boolean bothMove =
        destination.disposition() == Disposition.MOVE_SEND
            && reply.disposition() == Disposition.MOVE_SEND;
    Right right = space.require(reply.name());
    return !bothMove || (right.references() >= 2 && !right.movesWhole());
  }

  private boolean isReplyPortWhereAsked(PortDescriptor destination, PortDescriptor reply) {
    boolean asked = space.require(destination.name()).port().role().enforcesReplyPorts();
    if (!asked || Space.isBare(reply.name()) || CopyIn.isDead(space, reply.name())) {
      return true;
    }
    Port port = space.require(reply.name()).port();
    if (port.role().servesAsReply()) {
      return true;
    }
    ipc.violated(
        space.task(), reply.name(), GuardException.REQUIRE_REPLY_PORT_SEMANTICS, port.guard());
    return false;
  }

  private boolean isHeld(PortDescriptor port, CopyIn.Use use) {
    return Space.isBare(port.name())
        || CopyIn.check(space, port.name(), port.disposition(), use) == KernReturn.SUCCESS;
  }

  private CarriedRight take(PortDescriptor port) {
    return BodyCopyIn.take(space, port);
  }

  /**
   * By a send-once right the receiver pays, who gave it away: else those who ask and do not read
   * would use up what whoever answers them may send.
   */
  private Account payer() {
    PortDescriptor destination = message.destination();
    boolean once = destination.disposition().arrivesAs() == RightKind.SEND_ONCE;
    Space receiver = once ? space.require(destination.name()).port().receiver() : null;
    return (receiver == null ? space : receiver).task().account();
  }

  private boolean affordsSendOnce() {
    int made = makesOnce(message.destination()) + message.reply().map(Sending::makesOnce).orElse(0);
    for (PortDescriptor port : message.ports()) {
      made += makesOnce(port);
    }
    return made == 0 || space.task().account().mayMakeOnce(made);
  }

  private static int makesOnce(PortDescriptor port) {
    return port.disposition() == Disposition.MAKE_SEND_ONCE ? 1 : 0;
  }

  private long cost() {
    int receive = 0;
    for (PortDescriptor port : message.ports()) {
      receive += port.disposition() == Disposition.MOVE_RECEIVE ? 1 : 0;
    }
    int bytes = message.data().length + body.auxiliary().length;
    int voucher = urgency.voucher().isPresent() ? 1 : 0;
    return Message.cost(bytes, message.ports().size() + voucher, receive);
  }
}
