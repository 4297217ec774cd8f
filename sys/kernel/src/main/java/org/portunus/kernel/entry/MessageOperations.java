// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.TrailedMessage;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.custody.ConnectionEnd;
import org.portunus.kernel.custody.HeldFile;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.object.BlockedSend;
import org.portunus.kernel.object.Custody;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.PendingReceive;
import org.portunus.kernel.object.Received;
import org.portunus.kernel.object.ReturnedMessage;
import org.portunus.kernel.object.SendOption;
import org.portunus.kernel.session.Session;
import org.portunus.kernel.task.RunningTask;
import org.portunus.linux.file.Descriptor;

/**
 * Sending and receiving for one task: decodes, calls the space, watches time-outs, answers.
 *
 * <p>Lock: none; the loop.
 */
final class MessageOperations {
  /** Most receives of one task that wait at once. */
  static final int MAX_RECEIVES = 64;

  private static final long POLL = 0;

  private final EventLoop loop;
  private final Connections connections;
  private final RunningTask task;
  private final Session session;
  private final Set<PendingReceive> waiting = new HashSet<>();
  private boolean draining;

  MessageOperations(EventLoop loop, Connections connections, RunningTask task, Session session) {
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
    EventLoop.Timer[] timer = new EventLoop.Timer[1];
    Optional<BlockedSend> blocked =
        task.task()
            .space()
            .send(
                message,
                custody,
                (result, returned) -> {
                  if (timer[0] != null) {
                    timer[0].cancel();
                  }
                  session.guard(() -> sent(frame, result, returned));
                },
                option);
    if (blocked.isEmpty()) {
      return;
    }
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
      session.reply(frame, result.number(), new byte[0], List.of());
    }
  }

  /** MESSAGE_RECEIVE. */
  void receive(KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    long timeout = in.i64("time-out");
    in.end();
    receive(frame, name, timeout, received -> received.message().toBytes());
  }

  /** MESSAGE_RECEIVE_OPTIONS: of the options there is the trailer. */
  void receiveWithOptions(KernelFrame frame) throws MalformedFrameException {
    WireReader in = new WireReader(frame.body());
    int name = in.i32("name");
    long timeout = in.i64("time-out");
    int options = in.i32("options");
    in.end();
    Optional<TrailerElements> elements = TrailerElements.ofOptions(options);
    if ((options & ~TrailerElements.MASK) != 0) {
      fail(frame, KernReturn.RCV_INVALID_ARGUMENTS);
    } else if (elements.isEmpty()) {
      fail(frame, KernReturn.RCV_INVALID_TRAILER);
    } else {
      TrailerElements asked = elements.get();
      receive(
          frame,
          name,
          timeout,
          received -> TrailedMessage.of(received.message(), asked, received.context()).toBytes());
    }
  }

  private void receive(KernelFrame frame, int name, long timeout, Function<Received, byte[]> body) {
    if (draining) {
      fail(frame, KernReturn.RCV_TIMED_OUT);
      return;
    }
    if (timeout == POLL) {
      answer(frame, task.task().space().poll(name), body);
      return;
    }
    if (waiting.size() >= MAX_RECEIVES) {
      session.reply(
          frame,
          ErrorCode.LIMIT_CALLS.number(),
          new WireWriter().string(MAX_RECEIVES + " receives wait already").toBytes(),
          List.of());
      return;
    }
    await(frame, name, timeout, body);
  }

  private void await(KernelFrame frame, int name, long timeout, Function<Received, byte[]> body) {
    PendingReceive[] self = new PendingReceive[1];
    EventLoop.Timer[] timer = new EventLoop.Timer[1];
    Optional<PendingReceive> pending =
        task.task()
            .space()
            .receive(
                name,
                outcome -> {
                  if (timer[0] != null) {
                    timer[0].cancel();
                  }
                  if (self[0] != null) {
                    waiting.remove(self[0]);
                  }
                  session.guard(() -> answer(frame, outcome, body));
                });
    if (pending.isPresent()) {
      self[0] = pending.get();
      waiting.add(self[0]);
      if (timeout > POLL) {
        timer[0] = loop.after(timeout, () -> session.guard(self[0]::timeOut));
      }
    }
  }

  private void answer(
      KernelFrame frame, Outcome<Received> outcome, Function<Received, byte[]> body) {
    Optional<Received> received = outcome.value();
    if (received.isEmpty()) {
      if (outcome.result() != KernReturn.INVALID_TASK) {
        fail(frame, outcome.result());
      }
      return;
    }
    List<Descriptor> descriptors = new ArrayList<>();
    for (Custody custody : received.get().custody()) {
      switch (custody) {
        case ConnectionEnd end -> {
          if (connections.delivered(end.connection(), task)) {
            end.take().ifPresent(descriptors::add);
          }
        }
        case HeldFile file -> descriptors.add(file.descriptor());
        default -> throw new IllegalStateException("unknown custody " + custody);
      }
    }
    session.reply(frame, 0, body.apply(received.get()), descriptors);
  }

  private void fail(KernelFrame frame, KernReturn result) {
    session.reply(frame, result.number(), new byte[0], List.of());
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
