// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.session;

import java.util.ArrayDeque;
import java.util.List;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.DescriptorRoom;
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

  /** Most descriptors that wait. */
  static final int MAX_DESCRIPTORS = 64;

  /** What became of a frame or of the backlog. */
  enum Outcome {
    SENT,
    WAITING,
    PEER_GONE,
    /** No more descriptors can be in flight or wait here, or there is no memory for the frame. */
    REFUSED,
    OVERFLOW
  }

  private record Waiting(byte[] bytes, List<Descriptor> descriptors) {}

  private final SeqpacketChannel channel;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final Closer closer;
  private final DescriptorRoom room;
  private int waitingBytes;
  private int waitingDescriptors;

  /**
   * @param closer a sent descriptor may be the last of one that its receiver dropped at once
   * @param room the task's part, in which descriptors that wait count
   */
  Outbox(SeqpacketChannel channel, Closer closer, DescriptorRoom room) {
    this.channel = channel;
    this.closer = closer;
    this.room = room;
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
    int more = descriptors.size();
    if (waitingDescriptors + more > MAX_DESCRIPTORS || !room.mayGrow(more)) {
      close(message.descriptors);
      return Outcome.REFUSED;
    }
    waiting.add(message);
    count(message, 1);
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
      count(next, -1);
    }
    return Outcome.SENT;
  }

  private void count(Waiting message, int sign) {
    int descriptors = sign * message.descriptors.size();
    waitingBytes += sign * message.bytes.length;
    waitingDescriptors += descriptors;
    room.take(descriptors);
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
    for (Waiting message = waiting.poll(); message != null; message = waiting.poll()) {
      count(message, -1);
      close(message.descriptors);
    }
  }
}
