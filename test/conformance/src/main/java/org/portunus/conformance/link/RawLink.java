// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.link.LinkLayout.RecordKind;
import org.portunus.conformance.link.LinkState.Seat;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.linux.socket.WaitMode;

/**
 * The attacker's end of a link: the mapped memory, every word of it, and the socket. It can keep to
 * the protocol, and need not. One thread.
 */
final class RawLink implements AutoCloseable {
  static final int MAX = 64 * 1024 + 32;
  static final int CAPACITY = LinkLayout.MIN_CAPACITY;

  private static final VarHandle U32 = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle U64 = ValueLayout.JAVA_LONG.varHandle();
  private static final int[] NONE = {};
  private static final int FUTEX_WAKE = 1;
  private static final int FUTEX_REQUEUE = 3;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final Descriptor file;
  private final SeqpacketChannel socket;
  private final ReceivedMessage packet = new ReceivedMessage(MAX);
  private final int out;
  private final int in;
  private final long outRing;
  private final long inRing;
  private long tail;
  private long head;
  private boolean keepsAll;
  private boolean loud;

  /** Takes both over. */
  RawLink(Descriptor file, Descriptor socket, Seat seat) throws LinuxException {
    int outgoing = seat == Seat.CLIENT ? 0 : 1;
    this.file = file;
    this.memory =
        Mapping.map(
            file,
            0,
            LinkLayout.size(CAPACITY),
            Mapping.Access.READ_WRITE,
            Mapping.Sharing.SHARED,
            arena);
    this.socket = SeqpacketChannel.of(socket, MAX);
    this.out = LinkLayout.direction(outgoing);
    this.in = LinkLayout.direction(1 - outgoing);
    this.outRing = LinkLayout.ring(outgoing, CAPACITY);
    this.inRing = LinkLayout.ring(1 - outgoing, CAPACITY);
  }

  MemorySegment memory() {
    return memory;
  }

  Descriptor file() {
    return file;
  }

  Descriptor rawSocket() {
    return socket.descriptor();
  }

  /** Where the words lie that this end writes as a poster, and the victim as their reader. */
  int out() {
    return out;
  }

  int in() {
    return in;
  }

  int word(long offset) {
    return (int) U32.getAcquire(memory, offset);
  }

  void setWord(long offset, int value) {
    U32.setVolatile(memory, offset, value);
  }

  void setLong(long offset, long value) {
    U64.setVolatile(memory, offset, value);
  }

  /** Where the next record's head goes. */
  long nextHead() {
    return outRing + (tail & CAPACITY - 1);
  }

  long roomToTheEnd() {
    return CAPACITY - (tail & CAPACITY - 1);
  }

  /** The victim's attention, as the reader of what this end writes. */
  int victimAttention() {
    return word(out + LinkLayout.ATTENTION);
  }

  // As the protocol has it.

  /** Whether so much can be written. */
  boolean hasRoom(int length) {
    long consumed = (long) U64.getAcquire(memory, out + LinkLayout.CONSUMED);
    return tail + 2L * LinkLayout.span(length + 8) + 64 - consumed <= CAPACITY;
  }

  /** Bytes that the victim says it has not read. */
  long unread() {
    return tail - (long) U64.getAcquire(memory, out + LinkLayout.CONSUMED);
  }

  /** Writes a record, and tells nobody; false if there is no room. */
  boolean write(byte[] frame) {
    if (!hasRoom(frame.length)) {
      return false;
    }
    begin(frame);
    publish(LinkLayout.head(LinkLayout.RECORD_HEAD + frame.length, RecordKind.FRAME));
    tail += LinkLayout.span(LinkLayout.RECORD_HEAD + frame.length);
    return true;
  }

  /** Writes all of a record but its head. */
  void begin(byte[] frame) {
    int span = LinkLayout.span(LinkLayout.RECORD_HEAD + frame.length);
    if (span > roomToTheEnd()) {
      int padding = (int) roomToTheEnd();
      setLong(outRing, 0);
      publish(LinkLayout.head(padding, RecordKind.PADDING));
      tail += padding;
    }
    setLong(outRing + (tail + span & CAPACITY - 1), 0);
    MemorySegment.copy(
        frame, 0, memory, ValueLayout.JAVA_BYTE, nextHead() + LinkLayout.RECORD_HEAD, frame.length);
  }

  void publish(long value) {
    setLong(nextHead(), value);
  }

  /** Wakes the victim if it sleeps, by whatever it waits for. */
  void ring() {
    if (loud) {
      ringBell();
      int _ = packet(new byte[1]);
      return;
    }
    switch (victimAttention()) {
      case Attention.ASLEEP -> ringBell();
      default -> packet(new byte[1]);
    }
  }

  /** From now on it rings both bells, since it does not know what the victim waits for. */
  void ringBoth() {
    loud = true;
  }

  void ringBell() {
    setWord(out + LinkLayout.BELL, word(out + LinkLayout.BELL) + 1);
    long _ = futex(FUTEX_WAKE, out + LinkLayout.BELL, 1, 0, 0);
  }

  /** Moves those who sleep on the victim's bell to another word. */
  long requeue(long offset) {
    return futex(FUTEX_REQUEUE, out + LinkLayout.BELL, 0, Integer.MAX_VALUE, offset);
  }

  private long futex(int operation, long offset, long most, long moved, long to) {
    // SAFETY: both words lie in this link's mapping, which lives until close.
    return SystemCall.invoke(
        Call.FUTEX, memory.address() + offset, operation, most, moved, memory.address() + to);
  }

  int packet(byte[] bytes, Descriptor... descriptors) {
    int[] numbers = NONE;
    if (descriptors.length > 0) {
      numbers = new int[descriptors.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = descriptors[i].raw();
      }
    }
    return socket.send(bytes, 0, bytes.length, numbers, numbers.length, WaitMode.DONT_WAIT);
  }

  void shutdown(UnixSocket.Direction direction) {
    int _ = socket.shutdown(direction);
  }

  /** What is in the socket: whether it has ended; bells and frames of it are dropped. */
  boolean hasEnded() {
    int result = socket.receive(packet, WaitMode.DONT_WAIT);
    while (result > 0) {
      result = socket.receive(packet, WaitMode.DONT_WAIT);
    }
    return result != -org.portunus.linux.call.Errno.EAGAIN.number();
  }

  /** The victim's next frame. */
  Optional<byte[]> take() {
    long at = inRing + (head & CAPACITY - 1);
    long value = (long) U64.getAcquire(memory, at);
    if (value != 0 && LinkLayout.kind(value) == RecordKind.PADDING) {
      advance(LinkLayout.length(value));
      at = inRing + (head & CAPACITY - 1);
      value = (long) U64.getAcquire(memory, at);
    }
    if (value == 0) {
      return Optional.empty();
    }
    int length = LinkLayout.length(value) - LinkLayout.RECORD_HEAD;
    byte[] frame = new byte[length];
    MemorySegment.copy(
        memory, ValueLayout.JAVA_BYTE, at + LinkLayout.RECORD_HEAD, frame, 0, length);
    advance(LinkLayout.span(LinkLayout.RECORD_HEAD + length));
    return Optional.of(frame);
  }

  private void advance(int span) {
    head += span;
    if (!keepsAll) {
      setLong(in + LinkLayout.CONSUMED, head);
    }
  }

  /** From now on it never says that it has read. */
  void keepAll() {
    keepsAll = true;
  }

  @Override
  public void close() {
    socket.close();
    packet.close();
    file.close();
    arena.close();
  }
}
