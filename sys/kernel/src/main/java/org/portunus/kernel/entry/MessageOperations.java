// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.MessageOption;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.wire.ComplexMessage;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.MessageTrailer;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.ReceiveQuestion;
import org.portunus.abi.wire.ReceivedUrgency;
import org.portunus.abi.wire.ReturnedNames;
import org.portunus.abi.wire.TrailedMessage;
import org.portunus.abi.wire.UrgentMessage;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.custody.ConnectionEnd;
import org.portunus.kernel.custody.HeldFile;
import org.portunus.kernel.custody.HeldMemories;
import org.portunus.kernel.custody.HeldMemory;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.object.BlockedSend;
import org.portunus.kernel.object.Custody;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.Peeked;
import org.portunus.kernel.object.PendingReceive;
import org.portunus.kernel.object.ReceiveOptions;
import org.portunus.kernel.object.Received;
import org.portunus.kernel.object.ReturnedMessage;
import org.portunus.kernel.object.SendContinuation;
import org.portunus.kernel.object.SendOption;
import org.portunus.kernel.object.Shortage;
import org.portunus.kernel.object.Urgency;
import org.portunus.kernel.session.Session;
import org.portunus.kernel.task.RunningTask;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;

/**
 * Sending and receiving for one task: decodes, calls the space, watches time-outs, answers.
 *
 * <p>Lock: none; the loop.
 */
final class MessageOperations {
  /** Most receives of one task that wait at once, those of exchanges that still send among them. */
  static final int MAX_RECEIVES = 64;

  private static final long POLL = 0;
  private static final byte[] NOTHING = {};

  private final EventLoop loop;
  private final Connections connections;
  private final RunningTask task;
  private final Session session;
  private final HeldMemories memories;
  private final Set<PendingReceive> waiting = new HashSet<>();
  private final Map<Long, Runnable> abortable = new HashMap<>();
  private int exchanging;
  private boolean draining;

  MessageOperations(
      EventLoop loop,
      Connections connections,
      HeldMemories memories,
      RunningTask task,
      Session session) {
    this.memories = memories;
    this.loop = loop;
    this.connections = connections;
    this.task = task;
    this.session = session;
  }

  /** MESSAGE_SEND and MESSAGE_SEND_NOTIFY; the descriptors are in the kernel's care already. */
  void send(KernelFrame frame, List<Custody> custody, SendOption option)
      throws MalformedFrameException {
    OutgoingMessage message;
    try {
      message = OutgoingMessage.read(frame.body());
    } catch (MalformedFrameException violation) {
      custody.forEach(Custody::release);
      throw violation;
    }
    if (HostMessage.isKernels(message.id())) {
      custody.forEach(Custody::release);
      session.reply(frame, KernReturn.SEND_INVALID_HEADER.number(), new byte[0], List.of());
      return;
    }
    send(
        frame,
        message,
        MessageBody.PLAIN,
        custody,
        option,
        Urgency.NONE,
        (result, returned) -> sent(frame, result, returned));
  }

  /** MESSAGE_SEND_OPTIONS. */
  void sendWithOptions(KernelFrame frame, ReceivedMessage incoming) throws MalformedFrameException {
    sendComplex(
        frame, incoming, ComplexMessage.read(frame.body()), MessageOption.SEND, Urgency.NONE);
  }

  /** MESSAGE_SEND_QOS. */
  void sendUrgent(KernelFrame frame, ReceivedMessage incoming) throws MalformedFrameException {
    UrgentMessage message = UrgentMessage.read(frame.body());
    boolean propagates = MessageOption.SEND_PROPAGATE_QOS.isIn(message.content().options());
    Urgency urgency = new Urgency(message.qos(), propagates, message.voucher());
    sendComplex(frame, incoming, message.content(), MessageOption.SEND_QOS, urgency);
  }

  private void sendComplex(
      KernelFrame frame,
      ReceivedMessage incoming,
      ComplexMessage complex,
      int mayHave,
      Urgency urgency)
      throws MalformedFrameException {
    if (complex.body().memories() != frame.descriptors()) {
      throw new MalformedFrameException(
          "%d memory objects described, %d there"
              .formatted(complex.body().memories(), frame.descriptors()));
    }
    boolean known = (complex.options() & ~mayHave) == 0;
    if (!known || HostMessage.isKernels(complex.message().id())) {
      fail(frame, known ? KernReturn.SEND_INVALID_HEADER : KernReturn.SEND_INVALID_OPTIONS);
      return;
    }
    List<Descriptor> descriptors = new ArrayList<>();
    for (int i = 0; i < frame.descriptors(); i++) {
      descriptors.add(incoming.takeDescriptor(i));
    }
    List<Custody> custody = new ArrayList<>();
    KernReturn taken = memories.take(descriptors, complex.body().memoryParts(), custody);
    if (taken != KernReturn.SUCCESS) {
      fail(frame, taken);
      return;
    }
    boolean notifies = MessageOption.SEND_NOTIFY.isIn(complex.options());
    send(
        frame,
        complex.message(),
        complex.body(),
        custody,
        notifies ? SendOption.NOTIFY : SendOption.NONE,
        urgency,
        (result, returned) -> comeBack(frame, result, returned));
  }

  private void send(
      KernelFrame frame,
      OutgoingMessage message,
      MessageBody body,
      List<Custody> custody,
      SendOption option,
      Urgency urgency,
      SendContinuation continuation) {
    EventLoop.Timer[] timer = new EventLoop.Timer[1];
    Optional<BlockedSend> blocked =
        task.task()
            .send(
                message,
                body,
                custody,
                (result, returned) -> {
                  if (timer[0] != null) {
                    timer[0].cancel();
                  }
                  abortable.remove(frame.sequence());
                  session.guard(() -> continuation.sent(result, returned));
                },
                option,
                urgency);
    if (blocked.isEmpty()) {
      return;
    }
    abortable.put(frame.sequence(), blocked.get()::interrupt);
    if (message.timeoutNanos() == POLL) {
      blocked.get().timeOut();
    } else if (message.timeoutNanos() > POLL) {
      timer[0] = loop.after(message.timeoutNanos(), () -> session.guard(blocked.get()::timeOut));
    }
  }

  /**
   * A message that comes back is destroyed here but for the rights that are its sender's again: the
   * names of these are the ones that it sent, unless they were moved.
   */
  private void sent(KernelFrame frame, KernReturn result, Optional<ReturnedMessage> returned) {
    returned.ifPresent(message -> message.custody().forEach(Custody::release));
    if (result != KernReturn.INVALID_TASK) {
      fail(frame, result);
    }
  }

  /** As above, and the sender is told the names of its rights. */
  private void comeBack(KernelFrame frame, KernReturn result, Optional<ReturnedMessage> returned) {
    returned.ifPresent(message -> message.custody().forEach(Custody::release));
    if (result != KernReturn.INVALID_TASK) {
      byte[] body = returned.map(MessageOperations::names).orElse(NOTHING);
      session.reply(frame, result.number(), body, List.of());
    }
  }

  private static byte[] names(ReturnedMessage message) {
    return new ReturnedNames(message.destination(), message.reply(), message.ports()).toBytes();
  }

  /** MESSAGE_ABORT: a send or receive ends with SEND_INTERRUPTED or RCV_INTERRUPTED. */
  void abort(KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    long sequence = in.i64("sequence");
    in.end();
    Runnable interrupt = abortable.remove(sequence);
    fail(frame, interrupt == null ? KernReturn.FAILURE : KernReturn.SUCCESS);
    if (interrupt != null) {
      interrupt.run();
    }
  }

  /**
   * MESSAGE_EXCHANGE: the send, then the receive, which may be aborted as either. The receive has
   * its place before the message is sent: what is refused for want of one was not sent.
   */
  void exchange(KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    long timeout = in.i64("time-out");
    OutgoingMessage message = OutgoingMessage.read(in);
    in.end();
    if (HostMessage.isKernels(message.id())) {
      fail(frame, KernReturn.SEND_INVALID_HEADER);
      return;
    }
    int places = timeout == POLL ? 0 : 1;
    if (places > 0 && !mayWait()) {
      refuseToWait(frame);
      return;
    }
    exchanging += places;
    send(
        frame,
        message,
        MessageBody.PLAIN,
        List.of(),
        SendOption.NONE,
        Urgency.NONE,
        (result, returned) -> {
          exchanging -= places;
          if (result == KernReturn.SUCCESS) {
            receive(frame, name, timeout, ReceiveOptions.PLAIN, this::answerPlain);
          } else {
            sent(frame, result, returned);
          }
        });
  }

  /** MESSAGE_RECEIVE. */
  void receive(KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    long timeout = in.i64("time-out");
    in.end();
    receive(frame, name, timeout, ReceiveOptions.PLAIN, this::answerPlain);
  }

  /** MESSAGE_RECEIVE_OPTIONS. */
  void receiveWithOptions(KernelFrame frame) throws MalformedFrameException {
    ReceiveQuestion question = ReceiveQuestion.read(frame.body());
    int options = question.options();
    Optional<TrailerElements> elements = TrailerElements.ofOptions(options);
    if ((options & ~MessageOption.RECEIVE) != 0 || question.limit() < 0) {
      fail(frame, KernReturn.RCV_INVALID_ARGUMENTS);
    } else if (elements.isEmpty()) {
      fail(frame, KernReturn.RCV_INVALID_TRAILER);
    } else {
      ReceiveOptions how =
          new ReceiveOptions(
              MessageOption.RCV_GUARDED_DESC.isIn(options),
              question.guard(),
              MessageOption.RCV_LARGE.isIn(options),
              question.limit(),
              elements.get().bytes(),
              MessageOption.RCV_VOUCHER.isIn(options));
      receive(
          frame,
          question.name(),
          question.timeoutNanos(),
          how,
          (to, received) -> answerTrailed(to, received, elements.get(), options));
    }
  }

  /** How a message is told. */
  private interface Telling {
    void tell(KernelFrame frame, Outcome<Received> received);
  }

  private void receive(
      KernelFrame frame, int name, long timeout, ReceiveOptions options, Telling telling) {
    if (draining) {
      fail(frame, KernReturn.RCV_TIMED_OUT);
      return;
    }
    if (timeout == POLL) {
      answer(frame, task.task().space().poll(name, options), telling);
      return;
    }
    if (!mayWait()) {
      refuseToWait(frame);
      return;
    }
    await(frame, name, timeout, options, telling);
  }

  private boolean mayWait() {
    return waiting.size() + exchanging < MAX_RECEIVES;
  }

  private void refuseToWait(KernelFrame frame) {
    ErrorCode code = ErrorCode.LIMIT_CALLS;
    String why = task.refused(frame.operation(), code, MAX_RECEIVES + " receives wait already");
    session.reply(frame, code.number(), new WireWriter().string(why).toBytes(), List.of());
  }

  private void await(
      KernelFrame frame, int name, long timeout, ReceiveOptions options, Telling telling) {
    PendingReceive[] self = new PendingReceive[1];
    EventLoop.Timer[] timer = new EventLoop.Timer[1];
    Optional<PendingReceive> pending =
        task.task()
            .space()
            .receive(
                name,
                options,
                outcome -> {
                  if (timer[0] != null) {
                    timer[0].cancel();
                  }
                  if (self[0] == null) {
                    session.guard(() -> answer(frame, outcome, telling));
                    return;
                  }
                  waiting.remove(self[0]);
                  abortable.remove(frame.sequence());
                  // First whoever sent has its reply: it waits for that alone.
                  Runnable told = answerLater(frame, outcome, telling);
                  loop.defer(() -> session.guard(told));
                });
    if (pending.isPresent()) {
      self[0] = pending.get();
      waiting.add(self[0]);
      abortable.put(frame.sequence(), self[0]::interrupt);
      if (timeout > POLL) {
        timer[0] = loop.after(timeout, () -> session.guard(self[0]::timeOut));
      }
    }
  }

  private void answer(KernelFrame frame, Outcome<Received> outcome, Telling telling) {
    if (outcome.value().isPresent()) {
      telling.tell(frame, outcome);
    } else if (outcome.result() != KernReturn.INVALID_TASK) {
      fail(frame, outcome.result());
    }
  }

  /** What answers, with why it failed as it is now; the task may have ended by then. */
  private Runnable answerLater(KernelFrame frame, Outcome<Received> outcome, Telling telling) {
    if (outcome.value().isPresent()) {
      Received received = outcome.value().get();
      return () -> {
        if (session.hasEnded()) {
          received.custody().forEach(Custody::release);
        } else {
          telling.tell(frame, outcome);
        }
      };
    }
    KernReturn result = outcome.result();
    if (result == KernReturn.INVALID_TASK) {
      return () -> {};
    }
    byte[] told = Shortage.told(result, task.task());
    return () -> session.reply(frame, result.number(), told, List.of());
  }

  private void answerPlain(KernelFrame frame, Outcome<Received> outcome) {
    Received received = outcome.orElseThrow();
    List<Descriptor> descriptors = new ArrayList<>();
    for (Custody custody : received.custody()) {
      switch (custody) {
        case ConnectionEnd end -> {
          if (connections.delivered(end.connection(), task)) {
            end.take().ifPresent(descriptors::add);
          }
        }
        case HeldFile file -> descriptors.add(file.descriptor());
        // Who receives without options knows no memory.
        case HeldMemory memory -> memory.release();
        default -> throw new IllegalStateException("unknown custody " + custody);
      }
    }
    session.reply(frame, 0, received.message().toBytes(), descriptors);
  }

  private void answerTrailed(
      KernelFrame frame, Outcome<Received> outcome, TrailerElements elements, int options) {
    Received received = outcome.orElseThrow();
    if (outcome.result() != KernReturn.SUCCESS) {
      boolean identity =
          MessageOption.RCV_LARGE.isIn(options) && MessageOption.RCV_LARGE_IDENTITY.isIn(options);
      WireWriter told = new WireWriter().i32(received.size());
      told.i32(identity ? received.message().local() : MachLimits.NAME_NULL);
      session.reply(frame, outcome.result().number(), told.toBytes(), List.of());
      return;
    }
    List<Descriptor> descriptors = new ArrayList<>();
    for (Custody custody : received.custody()) {
      if (custody instanceof HeldMemory memory) {
        descriptors.add(memory.deliver());
      } else {
        // A connection, or a file of launchd's, is for who receives without options.
        custody.release();
      }
    }
    WireWriter body = new WireWriter();
    if (MessageOption.RCV_VOUCHER.isIn(options)) {
      new ReceivedUrgency(received.qos(), received.voucher()).write(body);
    }
    body.fixed(
        TrailedMessage.of(received.message(), received.body(), elements, received.context())
            .toBytes());
    session.reply(frame, 0, body.toBytes(), descriptors);
  }

  /** PORT_PEEK. */
  void peek(KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    int sequence = in.i32("sequence");
    int options = in.i32("options");
    in.end();
    Optional<TrailerElements> elements = TrailerElements.ofOptions(options);
    if (elements.isEmpty() || (options & ~TrailerElements.MASK) != 0) {
      fail(frame, KernReturn.INVALID_VALUE);
      return;
    }
    Outcome<Peeked> outcome = task.task().space().peek(name, sequence);
    if (outcome.value().isEmpty()) {
      fail(frame, outcome.result());
      return;
    }
    Peeked peeked = outcome.value().get();
    byte[] trailer =
        MessageTrailer.of(elements.get(), peeked.sequence(), peeked.sender(), peeked.context())
            .toBytes();
    WireWriter body = new WireWriter().i32(peeked.sequence()).i32(peeked.size()).i32(peeked.id());
    session.reply(frame, 0, body.fixed(trailer).toBytes(), List.of());
  }

  /** What comes back of a message with options is names, so nothing else is told there. */
  private void fail(KernelFrame frame, KernReturn result) {
    boolean named =
        frame.operation() == KernelOperation.MESSAGE_SEND_OPTIONS.number()
            || frame.operation() == KernelOperation.MESSAGE_SEND_QOS.number();
    byte[] told = Shortage.told(result, task.task());
    session.reply(frame, result.number(), named ? NOTHING : told, List.of());
  }

  /** PORT_ARM. */
  void arm(KernelFrame frame) throws MalformedFrameException {
    int name = PortOperations.onlyName(frame);
    boolean[] replied = new boolean[1];
    boolean[] firedBefore = new boolean[1];
    KernReturn result =
        task.task()
            .space()
            .arm(
                name,
                (fired, armed) -> {
                  if (replied[0]) {
                    tellAvailable(fired, armed);
                  } else {
                    firedBefore[0] = fired == KernReturn.SUCCESS;
                  }
                });
    session.reply(frame, result.number(), new byte[0], List.of());
    replied[0] = true;
    if (firedBefore[0]) {
      tellAvailable(KernReturn.SUCCESS, name);
    }
  }

  private void tellAvailable(KernReturn result, int name) {
    if (result == KernReturn.SUCCESS) {
      session.event(
          KernelOperation.MESSAGE_AVAILABLE, new WireWriter().i32(name).toBytes(), List.of());
    }
  }

  /** Ends what the task waits for and delivers nothing to it any more. */
  void drain() {
    draining = true;
    List.copyOf(waiting).forEach(PendingReceive::timeOut);
  }
}
