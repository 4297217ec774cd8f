// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.session;

import java.util.ArrayDeque;
import java.util.List;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.kernel.custody.Closer;
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
    /** Linux takes no more descriptors in flight, or has no memory for the frame. */
    REFUSED,
    OVERFLOW
  }

  private record Waiting(byte[] bytes, List<Descriptor> descriptors) {}

  private final SeqpacketChannel channel;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final Closer closer;
  private int waitingBytes;

  /**
   * @param closer a sent descriptor may be the last of one that its receiver dropped at once
   */
  Outbox(SeqpacketChannel channel, Closer closer) {
    this.channel = channel;
    this.closer = closer;
  }

  /** Sends, or keeps for later; the kernel's descriptors are closed once they have been sent. */
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
    if (result >= 0) {
      return Outcome.SENT;
    }
    return Errno.ETOOMANYREFS.is(result) || Errno.ENOBUFS.is(result) || Errno.ENOMEM.is(result)
        ? Outcome.REFUSED
        : Outcome.PEER_GONE;
  }

  private void close(List<Descriptor> descriptors) {
    descriptors.forEach(closer::close);
  }

  /** Drops what waits. */
  void discard() {
    waiting.forEach(message -> close(message.descriptors));
    waiting.clear();
    waitingBytes = 0;
  }
}
