// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.ArrayDeque;
import java.util.List;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.linux.call.Errno;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/**
 * Frames on their way to one task. What the socket does not take at once waits here, up to a limit;
 * a task that does not read fills only its own.
 */
final class Outbox {
  /** Most bytes that wait. */
  static final int MAX_BYTES = 1 << 20;

  /** Most frames that wait. */
  static final int MAX_FRAMES = 512;

  /** What became of a frame or of the backlog. */
  enum Outcome {
    SENT,
    WAITING,
    PEER_GONE,
    OVERFLOW
  }

  private record Waiting(byte[] bytes, List<Descriptor> descriptors) {}

  private final SeqpacketChannel channel;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private int waitingBytes;

  Outbox(SeqpacketChannel channel) {
    this.channel = channel;
  }

  /** Sends, or keeps for later; the descriptors are closed once they have been sent. */
  Outcome send(KernelFrame frame, List<Descriptor> descriptors) {
    Waiting message = new Waiting(frame.toBytes(), descriptors);
    if (waiting.isEmpty()) {
      Outcome outcome = transmit(message);
      if (outcome != Outcome.WAITING) {
        return outcome;
      }
    }
    if (waiting.size() >= MAX_FRAMES || waitingBytes + message.bytes.length > MAX_BYTES) {
      close(message.descriptors);
      return Outcome.OVERFLOW;
    }
    waiting.add(message);
    waitingBytes += message.bytes.length;
    return Outcome.WAITING;
  }

  /** Sends what waits; SENT when nothing waits any more. */
  Outcome flush() {
    for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
      Outcome outcome = transmit(next);
      if (outcome != Outcome.SENT) {
        return outcome;
      }
      waiting.remove();
      waitingBytes -= next.bytes.length;
    }
    return Outcome.SENT;
  }

  private Outcome transmit(Waiting message) {
    int[] numbers = message.descriptors.stream().mapToInt(Descriptor::raw).toArray();
    int result =
        channel.send(
            message.bytes, 0, message.bytes.length, numbers, numbers.length, WaitMode.DONT_WAIT);
    if (Errno.EAGAIN.is(result)) {
      return Outcome.WAITING;
    }
    close(message.descriptors);
    return result < 0 ? Outcome.PEER_GONE : Outcome.SENT;
  }

  private static void close(List<Descriptor> descriptors) {
    descriptors.forEach(Descriptor::close);
  }

  /** Drops what waits. */
  void discard() {
    waiting.forEach(message -> close(message.descriptors));
    waiting.clear();
    waitingBytes = 0;
  }
}
