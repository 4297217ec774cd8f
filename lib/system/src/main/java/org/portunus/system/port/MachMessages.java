// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MessageOption;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.wire.ComplexMessage;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.MessageTrailer;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.QosStatus;
import org.portunus.abi.wire.ReceiveQuestion;
import org.portunus.abi.wire.ReceivedUrgency;
import org.portunus.abi.wire.ReturnedNames;
import org.portunus.abi.wire.TrailedMessage;
import org.portunus.abi.wire.UrgentMessage;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.port.KernelExchange.Asked;
import org.portunus.system.port.KernelExchange.Received;

/**
 * The part of a kernel socket that is about messages with options and descriptors: one method for
 * each operation, as in {@link KernelSocket}.
 *
 * <p>To interrupt the thread that waits here ends its wait as thread_abort does: with
 * SEND_INTERRUPTED or RCV_INTERRUPTED, and the interrupt stays set.
 */
public final class MachMessages {
  private final KernelSocket socket;
  private final Questions questions;

  public MachMessages(KernelSocket socket) {
    this.socket = socket;
    this.questions = socket.questions;
  }

  /**
   * What a look at a message tells.
   *
   * @param size as XNU counts it, without the trailer
   */
  public record Peeked(int sequence, int size, int id, MessageTrailer trailer) {}

  /**
   * A message that was too large.
   *
   * @param size as XNU counts it, without the trailer
   * @param port that has it still, if that was asked for; else 0
   */
  public record TooLarge(int size, int port) {}

  /**
   * MESSAGE_SEND_OPTIONS. A result but SUCCESS is thrown; {@link #returned} says by which names a
   * message that came back has its rights.
   *
   * @param memory fully sealed, in the order of the descriptors; stays the caller's, who closes
   *     what it gives up
   */
  public void send(ComplexMessage message, List<Descriptor> memory) {
    KernelOperation operation = KernelOperation.MESSAGE_SEND_OPTIONS;
    Received reply = await(questions.exchange().ask(operation, message.toBytes(), memory));
    reply.closeDescriptors();
    ReplyReading.read(ReplyReading.checked(operation, reply), ReplyReading::nothing);
  }

  /**
   * MESSAGE_SEND_QOS: the same, with a QoS and a voucher. Until it is answered, whoever receives it
   * works at its QoS at least.
   */
  public void send(UrgentMessage message, List<Descriptor> memory) {
    KernelOperation operation = KernelOperation.MESSAGE_SEND_QOS;
    Received reply = await(questions.exchange().ask(operation, message.toBytes(), memory));
    reply.closeDescriptors();
    ReplyReading.read(ReplyReading.checked(operation, reply), ReplyReading::nothing);
  }

  /** TASK_GET_QOS: how urgently this task works. */
  public QosStatus qos() {
    return ReplyReading.read(
        questions.ask(KernelOperation.TASK_GET_QOS, new WireWriter()),
        in -> QosStatus.read(in.fixed("QoS", in.remaining())));
  }

  /** The names of a message that came back to its sender; empty if it did not. */
  public static Optional<ReturnedNames> returned(KernelResultException refusal) {
    byte[] told = refusal.told();
    boolean sent =
        refusal.operation() == KernelOperation.MESSAGE_SEND_OPTIONS
            || refusal.operation() == KernelOperation.MESSAGE_SEND_QOS;
    return sent && told.length > 0
        ? Optional.of(ReplyReading.read(new WireReader(told), _ -> ReturnedNames.read(told)))
        : Optional.empty();
  }

  /** MESSAGE_RECEIVE_OPTIONS. RCV_TOO_LARGE has {@link #tooLarge}. */
  public DescribedMessage receive(ReceiveQuestion question) {
    KernelOperation operation = KernelOperation.MESSAGE_RECEIVE_OPTIONS;
    Received reply = await(questions.exchange().ask(operation, question.toBytes(), List.of()));
    boolean taken = false;
    try {
      WireReader in = ReplyReading.checked(operation, reply);
      DescribedMessage message =
          ReplyReading.read(in, body -> described(question, body, reply.descriptors()));
      taken = true;
      return message;
    } finally {
      if (!taken) {
        reply.closeDescriptors();
      }
    }
  }

  private static DescribedMessage described(
      ReceiveQuestion question, WireReader in, List<Descriptor> descriptors)
      throws MalformedFrameException {
    TrailerElements elements =
        TrailerElements.ofOptions(question.options() & TrailerElements.MASK).orElseThrow();
    ReceivedUrgency urgency =
        MessageOption.RCV_VOUCHER.isIn(question.options())
            ? ReceivedUrgency.read(in)
            : ReceivedUrgency.NONE;
    TrailedMessage content = TrailedMessage.read(in.fixed("message", in.remaining()), elements);
    if (content.body().memories() != descriptors.size()) {
      throw new MalformedFrameException(
          "%d memory objects described, %d there"
              .formatted(content.body().memories(), descriptors.size()));
    }
    return new DescribedMessage(content, descriptors, urgency);
  }

  /**
   * MESSAGE_RECEIVE without waiting: when there is a message, or an error instead of it, the
   * listener is given it by whoever reads, and must not block there.
   */
  public void receiveLater(PortName name, Consumer<Supplier<MachMessage>> listener) {
    KernelOperation operation = KernelOperation.MESSAGE_RECEIVE;
    byte[] body = KernelSocket.from(name, OutgoingMessage.FOR_EVER).toBytes();
    deliver(operation, questions.exchange().send(operation, body, List.of()), listener);
  }

  /**
   * MESSAGE_EXCHANGE in the same way, for the listeners too: answers, and has the listener given
   * what comes next, or why the answer was not taken.
   *
   * @return false when there is no room to send now, and nothing was done
   */
  public boolean answerLater(
      OutgoingMessage answer, PortName next, Consumer<Supplier<MachMessage>> listener) {
    KernelOperation operation = KernelOperation.MESSAGE_EXCHANGE;
    byte[] body =
        KernelSocket.from(next, OutgoingMessage.FOR_EVER).fixed(answer.toBytes()).toBytes();
    Optional<CompletableFuture<Received>> pending = questions.exchange().sendNow(operation, body);
    pending.ifPresent(reply -> deliver(operation, reply, listener));
    return pending.isPresent();
  }

  private void deliver(
      KernelOperation operation,
      CompletableFuture<Received> reply,
      Consumer<Supplier<MachMessage>> listener) {
    var _ = reply.whenComplete((_, _) -> listener.accept(() -> socket.received(operation, reply)));
  }

  /** What is told of a message that was too large; empty for another result. */
  public static Optional<TooLarge> tooLarge(KernelResultException refusal) {
    byte[] told = refusal.told();
    return refusal.result() == KernReturn.RCV_TOO_LARGE && told.length > 0
        ? Optional.of(
            ReplyReading.read(
                new WireReader(told), in -> new TooLarge(in.i32("size"), in.i32("port"))))
        : Optional.empty();
  }

  /**
   * PORT_PEEK.
   *
   * @param sequence of the message; 0 for the first
   */
  public Peeked peek(PortName port, int sequence, TrailerElements elements) {
    WireWriter body = new WireWriter().i32(port.number()).i32(sequence).i32(elements.option());
    return ReplyReading.read(
        questions.ask(KernelOperation.PORT_PEEK, body),
        in ->
            new Peeked(
                in.i32("sequence"),
                in.i32("size"),
                in.i32("id"),
                MessageTrailer.read(elements, in)));
  }

  private Received await(Asked asked) {
    try {
      return questions.exchange().awaitInterruptibly(asked.reply());
    } catch (InterruptedException e) {
      questions.tell(KernelOperation.MESSAGE_ABORT, new WireWriter().i64(asked.sequence()));
      try {
        return questions.exchange().await(asked.reply());
      } finally {
        Thread.currentThread().interrupt();
      }
    } catch (ExecutionException e) {
      return questions.exchange().await(asked.reply());
    }
  }
}
