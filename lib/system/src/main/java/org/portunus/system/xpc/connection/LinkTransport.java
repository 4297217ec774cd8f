// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkFault;
import org.portunus.system.socket.PacketSocket;

/**
 * Frames over a link, and over the connection's socket those that carry descriptors: such a frame
 * is sent first, then a record in the ring marks its place. A packet of one byte on the socket
 * wakes a peer that reads with no thread of its own; the socket's end is the peer's.
 *
 * <p>A part of each ring belongs to replies of up to {@link #CREDIT} bytes, as many as the hello
 * allows calls: making a call reserves the room of its reply. A short reply finds room, or the peer
 * has broken the protocol.
 *
 * <p>Sending is ordered by the {@link Outbox}'s lock. The lock {@code receiving} guards the
 * receiving side of the socket, the frames that wait for their mark, and whether all is closed.
 */
public final class LinkTransport implements Transport {
  /** Bytes of a record whose room the request reserves. */
  static final int CREDIT = 512;

  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
  private static final int SHORT_REPLY = CREDIT - 8;
  private static final int RESERVED = 256 * CREDIT + 2048;
  private static final int MAX_UNMARKED = 16;
  // In one go: a peer could send bells as fast as they are taken.
  private static final int MAX_PACKETS = 64;
  // More than Linux queues on a socket, so a frame that was sent before its mark lies among them.
  private static final int MAX_QUEUED = 8192;
  private static final int[] NO_DESCRIPTORS = {};
  private static final byte[] BELL = {0};
  private static final byte KIND_REQUEST = (byte) Kind.REQUEST.number();
  private static final byte KIND_REPLY = (byte) Kind.REPLY.number();
  private static final byte KIND_ERROR = (byte) Kind.ERROR.number();
  private static final byte KIND_GOODBYE = (byte) Kind.GOODBYE.number();
  private static final byte KIND_CANCEL = (byte) Kind.CANCEL.number();
  private static final long ROOM_NANOS = 20_000;

  /** A frame that came over the socket. */
  private record Unmarked(byte[] bytes, List<Descriptor> descriptors) {}

  private final PacketSocket socket;
  private final LinkEnd end;
  private final LinkReception reception;
  private final ReentrantLock receiving = new ReentrantLock();
  private final Deque<Unmarked> unmarked = new ArrayDeque<>();
  private final byte[] packet = new byte[LONGEST];
  private boolean socketEnded;
  private boolean closed;
  // Written by the thread that sends, and by the one that reads.
  private long asked;
  private long taken;
  private volatile long answered;

  private LinkTransport(PacketSocket socket, LinkEnd end, int tickMillis) throws LinuxException {
    this.socket = socket;
    this.end = end;
    this.reception = new LinkReception(this, end, tickMillis);
  }

  /** Takes ownership of the link's end and of the connection's socket, also when this fails. */
  public static LinkTransport of(Descriptor socket, LinkEnd end) {
    return of(socket, end, LinkReception.TICK_MILLIS);
  }

  static LinkTransport of(Descriptor socket, LinkEnd end, int tickMillis) {
    try {
      return new LinkTransport(PacketSocket.of(socket, LONGEST), end, tickMillis);
    } catch (LinuxException failure) {
      end.close();
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "connection", failure);
    }
  }

  PacketSocket socket() {
    return socket;
  }

  @Override
  public int send(byte[] frame, int length, int[] descriptors, int descriptorCount) {
    if (reception.isStopped()) {
      return ENDED;
    }
    try {
      return descriptorCount == 0
          ? write(frame, length)
          : writeBySocket(frame, length, descriptors, descriptorCount);
    } catch (IllegalStateException unmapped) {
      if (reception.isOver()) {
        return ENDED;
      }
      throw unmapped;
    }
  }

  private int write(byte[] frame, int length) {
    byte kind = frame[0];
    boolean credited =
        (kind == KIND_REPLY || kind == KIND_ERROR) && length <= SHORT_REPLY && isWhole(frame);
    int result = end.write(frame, length, credited ? 0 : RESERVED);
    if (result == LinkEnd.FULL) {
      return credited ? broken(LinkFault.NO_CREDIT) : FULL;
    }
    return posted(result, kind, isWhole(frame) && !isOneway(frame), length);
  }

  private static boolean isWhole(byte[] frame) {
    return (frame[1] & ConnectionFrame.MORE) == 0;
  }

  private static boolean isOneway(byte[] frame) {
    return (frame[1] & ConnectionFrame.ONEWAY) != 0;
  }

  private int writeBySocket(byte[] frame, int length, int[] descriptors, int count) {
    if (!end.hasRoomForMark()) {
      return FULL;
    }
    int sent = socket.send(frame, length, descriptors, count);
    if (sent < 0) {
      return switch (sent) {
        case PacketSocket.FULL -> FULL;
        case PacketSocket.REFUSED -> REFUSED;
        default -> ENDED;
      };
    }
    return posted(end.writeSocketMark(frame), frame[0], isWhole(frame) && !isOneway(frame), length);
  }

  private int posted(int attention, byte kind, boolean call, int length) {
    boolean others = asked != answered;
    if (kind == KIND_REQUEST && call) {
      asked++;
    }
    return switch (attention) {
      // A thread that is awake may be running one of the others.
      case Attention.AWAKE -> {
        if (others && (kind == KIND_REQUEST || kind == KIND_CANCEL)) {
          ring();
        }
        yield length;
      }
      case Attention.AWAY -> {
        ring();
        yield length;
      }
      case Attention.ASLEEP, Attention.CLOSING -> length;
      case LinkEnd.REFUSED -> ENDED;
      default -> {
        LinkFault fault = LinkFault.of(attention);
        int result = broken(fault);
        // Written before the fault showed: the peer may have read it.
        yield fault == LinkFault.ATTENTION || fault == LinkFault.CLOSED ? length : result;
      }
    };
  }

  /** A socket that is full has bells in it, and one that has ended needs none. */
  private void ring() {
    int _ = socket.send(BELL, BELL.length, NO_DESCRIPTORS, 0);
  }

  private int broken(LinkFault fault) {
    reception.fail(fault);
    return ENDED;
  }

  /** The thread that reads has taken an answer. */
  void answerTaken() {
    answered = ++taken;
  }

  static boolean isAnswer(byte[] frame) {
    return (frame[0] == KIND_REPLY || frame[0] == KIND_ERROR) && isWhole(frame);
  }

  @Override
  public void awaitRoom(long nanos) {
    LockSupport.parkNanos(this, Math.clamp(nanos, 1, ROOM_NANOS));
  }

  @Override
  public Reception reception() {
    return reception;
  }

  /** What {@link #collect} found. */
  enum Collected {
    OPEN,
    ENDED,
    BROKEN
  }

  /** Takes what is in the socket, or a part of it; bells have done their work by then. */
  Collected collect() {
    receiving.lock();
    try {
      for (int i = 0; i < MAX_PACKETS && !socketEnded; i++) {
        List<Descriptor> descriptors = new ArrayList<>();
        int length = socket.receiveNow(packet, descriptors);
        if (length == PacketSocket.NOTHING) {
          return Collected.OPEN;
        }
        if (length == PacketSocket.BROKEN) {
          return Collected.BROKEN;
        }
        if (length < 0) {
          socketEnded = true;
        } else if (length > 1 && unmarked.size() < MAX_UNMARKED) {
          unmarked.add(new Unmarked(Arrays.copyOf(packet, length), descriptors));
        } else if (length > 1 || !descriptors.isEmpty()) {
          descriptors.forEach(Descriptor::close);
          return Collected.BROKEN;
        }
      }
      return socketEnded ? Collected.ENDED : Collected.OPEN;
    } finally {
      receiving.unlock();
    }
  }

  /**
   * A GOODBYE that came over the socket without a mark: its length, or 0. Who refuses a connection
   * says so before there is a ring. Any other frame without a mark was never sent to its end.
   */
  int takeLastWord(InboundFrame into) {
    receiving.lock();
    try {
      Unmarked first = unmarked.peek();
      return first == null || first.bytes[0] != KIND_GOODBYE ? 0 : takeMarked(into);
    } finally {
      receiving.unlock();
    }
  }

  /** The frame that a mark in the ring stands for: its length, or {@link #BROKEN}. */
  int takeMarked(InboundFrame into) {
    receiving.lock();
    try {
      for (int i = 0; unmarked.isEmpty() && i < MAX_QUEUED / MAX_PACKETS; i++) {
        if (collect() == Collected.BROKEN) {
          return BROKEN;
        }
      }
      Unmarked next = unmarked.poll();
      if (next == null) {
        return BROKEN;
      }
      System.arraycopy(next.bytes, 0, into.bytes(), 0, next.bytes.length);
      into.descriptors().addAll(next.descriptors);
      return next.bytes.length;
    } finally {
      receiving.unlock();
    }
  }

  @Override
  public void shutdownReceive() {
    receiving.lock();
    try {
      if (!closed) {
        reception.stopTaking();
      }
    } finally {
      receiving.unlock();
    }
  }

  @Override
  public void shutdown() {
    receiving.lock();
    try {
      // What they touch is there until closed is said.
      if (!closed) {
        reception.stop();
        socket.shutdown();
      }
    } finally {
      receiving.unlock();
    }
  }

  @Override
  public void close() {
    receiving.lock();
    try {
      closed = true;
      unmarked.forEach(frame -> frame.descriptors.forEach(Descriptor::close));
      unmarked.clear();
      socketEnded = true;
    } finally {
      receiving.unlock();
    }
    socket.close();
    reception.close();
    end.close();
  }
}
