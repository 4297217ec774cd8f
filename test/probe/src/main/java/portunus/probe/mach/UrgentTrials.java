// SPDX-License-Identifier: Apache-2.0
package portunus.probe.mach;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.MessageOption;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.wire.ComplexMessage;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.ReceiveQuestion;
import org.portunus.abi.wire.UrgentMessage;
import org.portunus.system.port.DescribedMessage;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.MachMessages;
import org.portunus.system.port.PortName;

/** A server with one thread, and clients that ask it all the while. */
final class UrgentTrials {
  private static final int REQUEST = 50;
  private static final int GO_ON = 51;
  private static final int STOP = 52;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KernelSocket kernel;
  private final MachMessages messages;

  UrgentTrials(KernelSocket kernel) {
    this.kernel = kernel;
    this.messages = new MachMessages(kernel);
  }

  /** As {@link MachTask#serve}. */
  List<Integer> serve(int port, int requests, int askers, long nanosOfWork) {
    List<Integer> served = new ArrayList<>();
    Set<Qos> competing = new HashSet<>();
    int stopped = 0;
    int options = MessageOption.RCV_VOUCHER.bit() | TrailerElements.NONE.option();
    ReceiveQuestion question =
        new ReceiveQuestion(port, PATIENCE.toNanos(), options, ReceiveQuestion.NO_LIMIT, 0);
    while (stopped < askers) {
      try (DescribedMessage message = messages.receive(question)) {
        boolean enough = served.size() == requests;
        competing.add(message.urgency().qos());
        if (!enough) {
          work(nanosOfWork);
        }
        if (!enough && competing.size() > 1) {
          served.add(message.urgency().qos().number());
        }
        stopped += enough ? 1 : 0;
        PortDescriptor reply = message.content().reply().orElseThrow();
        send(reply, enough ? STOP : GO_ON);
      }
    }
    return served;
  }

  private static void work(long nanos) {
    long until = System.nanoTime() + nanos;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  /** As {@link MachTask#compute}. */
  static long compute(int threads, long from, long until) {
    List<CompletableFuture<Long>> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      CompletableFuture<Long> done = new CompletableFuture<>();
      all.add(done);
      Thread.ofPlatform().daemon().start(() -> done.complete(compute(from, until)));
    }
    return all.stream().mapToLong(CompletableFuture::join).sum();
  }

  private static long compute(long from, long until) {
    long rounds = 0;
    for (long now = System.nanoTime(); now < until; now = System.nanoTime()) {
      rounds += now >= from ? 1 : 0;
    }
    return rounds;
  }

  private void send(PortDescriptor to, int id) {
    kernel.send(
        new OutgoingMessage(
            OutgoingMessage.FOR_EVER, to, Optional.empty(), id, List.of(), new byte[0]),
        List.of());
  }

  /** As {@link MachTask#askUntilStopped}. */
  int ask(int to, Qos qos, int askers) {
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < askers; i++) {
      CompletableFuture<Integer> answered = new CompletableFuture<>();
      all.add(answered);
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              answered.complete(ask(to, qos));
            } catch (RuntimeException failure) {
              answered.completeExceptionally(failure);
            }
          });
    }
    return all.stream()
        .mapToInt(answered -> answered.orTimeout(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS).join())
        .sum();
  }

  private int ask(int to, Qos qos) {
    PortName replies = kernel.allocate(RightKind.RECEIVE);
    try {
      for (int answered = 0; ; answered++) {
        OutgoingMessage request =
            new OutgoingMessage(
                OutgoingMessage.FOR_EVER,
                new PortDescriptor(to, Disposition.COPY_SEND),
                Optional.of(replies.as(Disposition.MAKE_SEND_ONCE)),
                REQUEST,
                List.of(),
                new byte[0]);
        messages.send(
            new UrgentMessage(
                qos, Optional.empty(), new ComplexMessage(0, request, MessageBody.PLAIN)),
            List.of());
        try (MachMessage reply = kernel.receive(replies, PATIENCE).orElseThrow()) {
          if (reply.content().id() == STOP) {
            return answered;
          }
        }
      }
    } finally {
      kernel.destroy(replies);
    }
  }
}
