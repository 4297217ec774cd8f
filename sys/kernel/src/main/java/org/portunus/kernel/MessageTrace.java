// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.MessageStep;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.NameList;
import org.portunus.abi.wire.TraceList;
import org.portunus.abi.wire.TraceQuestion;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.KernelMessage;

/**
 * The latest steps of messages, while somebody asks for them; the oldest make room. Without
 * questions it notes nothing and holds nothing. The questions themselves are left out.
 *
 * <p>Lock: none; the loop.
 */
final class MessageTrace {
  /** Most steps that are held. */
  static final int MOST = 1 << 15;

  private static final long LEASE = Duration.ofSeconds(5).toNanos();

  private final Ipc ipc;
  private final LongSupplier nanoTime;
  private TraceList.@Nullable Entry @Nullable [] ring;
  private long count;
  private long askedAt;

  MessageTrace(Ipc ipc, LongSupplier nanoTime) {
    this.ipc = ipc;
    this.nanoTime = nanoTime;
  }

  /** Answers, and notes for another while. */
  TraceList ask(TraceQuestion question) {
    askedAt = nanoTime.getAsLong();
    if (ring == null) {
      ring = new TraceList.@Nullable Entry[MOST];
      ipc.traceMessages(this::passed);
    }
    if (question.after() == TraceQuestion.BEGIN) {
      return new TraceList(count, 0, false, List.of());
    }
    long first = Math.max(0, Math.max(Math.min(question.after(), count), count - MOST));
    List<TraceList.Entry> found = new ArrayList<>();
    long next = first;
    while (next < count && found.size() < TraceList.MOST) {
      at(next).filter(entry -> matches(question, entry)).ifPresent(found::add);
      next++;
    }
    return new TraceList(next, Math.max(0, first - question.after()), next < count, found);
  }

  private Optional<TraceList.Entry> at(long number) {
    return Optional.ofNullable(ring).map(held -> held[(int) (number % MOST)]);
  }

  private static boolean matches(TraceQuestion question, TraceList.Entry entry) {
    boolean task =
        question.task() == TraceQuestion.ANY
            || question.task() == entry.sender()
            || question.task() == entry.receiver();
    return task && (question.id() == TraceQuestion.ANY || question.id() == entry.id());
  }

  private void passed(MessageStep step, KernelMessage message, long receiver, int port) {
    if (isOwn(message, receiver)) {
      return;
    }
    long now = nanoTime.getAsLong();
    TraceList.@Nullable Entry[] held = ring;
    if (held == null || now - askedAt > LEASE) {
      ring = null;
      ipc.traceMessages(null);
      return;
    }
    held[(int) (count % MOST)] =
        new TraceList.Entry(
            now,
            step,
            message.id(),
            message.sender().task(),
            receiver,
            port,
            message.data().length,
            message.ports().size() + (message.reply().isPresent() ? 1 : 0),
            message.custody().size());
    count++;
  }

  /** A question to the host port, or its answer: nobody else hides by taking their ids. */
  private static boolean isOwn(KernelMessage message, long receiver) {
    boolean question = message.id() == HostMessage.TRACE && receiver == NameList.KERNEL;
    boolean answer =
        message.id() == HostMessage.TRACE + HostMessage.REPLY
            && message.sender().task() == TraceList.KERNEL;
    return question || answer;
  }
}
