// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.time.Deadline;
import org.portunus.abi.wire.CallContext;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.WireWriter;
import org.portunus.system.xpc.CallTracing;
import org.portunus.system.xpc.wire.OutboundRights;

/**
 * Sends messages as frames: one message at a time, its fragments next to each other.
 *
 * <p>The lock {@code sending} guards the frame buffer and the order on the wire; its holder waits
 * for room until its own deadline. The lock {@code small} guards the references to give back, the
 * calls to cancel, which are as many as the peer knows of, and whether the peer is to hear that
 * this side ends; nothing is sent under it. What finds no room is sent by a thread of its own,
 * which lives until there is none left.
 */
final class Outbox {
  /** What became of a message. */
  enum Sent {
    /** All of it is in the transport. */
    DELIVERED,
    /** The peer never gets the whole of it, since the session is ending. */
    UNDELIVERED,
    /** The deadline came before its first frame was sent. */
    LATE,
    /** The thread was interrupted before its first frame was sent. */
    INTERRUPTED,
    /** Its rights can't travel now; nothing was sent. */
    REFUSED,
    /** The deadline came between two frames: the session must end. */
    CUT,
    /** Memory in the message was closed between two frames: the same. */
    TORN
  }

  /** Gives a message its call number, once it is its turn. */
  interface Numbering {
    /** The number, or {@link #NO_NUMBER} when the session is over. */
    long next();

    /** Nothing was sent under this number. */
    default void withdraw(long number) {}

    /** All of the message was sent, and its last frame is at this place. */
    default void sentAt(long place) {}
  }

  /** No number: the message is not to be sent. Answers and calls have others. */
  static final long NO_NUMBER = -1;

  private static final byte[] NO_BODY = {};
  // Bodies of more bytes than this are copied to their place straight from the message.
  private static final int SHORT = 1024;
  private static final int FAREWELL_MILLIS = 100;
  private static final long FOREVER = Long.MAX_VALUE;
  private static final Duration REST = Duration.ofSeconds(10);

  private final Transport transport;
  private final ReentrantLock sending = new ReentrantLock();
  private final byte[] frame = new byte[ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY];
  private final ByteBuffer head = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
  private final ReentrantLock small = new ReentrantLock();
  private final Map<Integer, Integer> releases = new HashMap<>();
  private final List<Long> cancels = new ArrayList<>();
  private boolean termination;
  // Whether there may be any, for those who look without the lock.
  private volatile boolean smallWaits;
  private boolean awaitsRoom;
  private final @Nullable CallTracing tracing;
  private volatile boolean tellsContext;

  /**
   * @param tracing tells what calls are part of; null where nobody traces
   */
  Outbox(Transport transport, @Nullable CallTracing tracing) {
    this.transport = transport;
    this.tracing = tracing;
  }

  /** The hello is done; before any request. */
  void greeted(Hello agreed) {
    tellsContext = tracing != null && (agreed.features() & Hello.CALL_CONTEXT) != 0;
  }

  /** What ties calls to traces; null where nobody traces. */
  @Nullable CallTracing tracing() {
    return tracing;
  }

  /** Sends a message, waiting for its turn and for room until the deadline or an interrupt. */
  Sent send(Outbound message, Numbering numbering, Until until) {
    try {
      if (!lock(until)) {
        return Sent.LATE;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Sent.INTERRUPTED;
    }
    try {
      flushSmall();
      return transmit(message, numbering, until);
    } finally {
      sending.unlock();
      sendLeftOver();
    }
  }

  private boolean lock(Until until) throws InterruptedException {
    if (!Thread.currentThread().isInterrupted() && sending.tryLock()) {
      return true;
    }
    if (until.isNever()) {
      sending.lockInterruptibly();
      return true;
    }
    return sending.tryLock(until.remaining(), TimeUnit.NANOSECONDS);
  }

  private Sent transmit(Outbound message, Numbering numbering, Until until) {
    long number = numbering.next();
    if (number == NO_NUMBER) {
      return Sent.UNDELIVERED;
    }
    boolean kept = false;
    try {
      if (tellsContext && message.kind() == Kind.REQUEST) {
        Sent before = context(number, until);
        if (before != Sent.DELIVERED) {
          return before;
        }
      }
      int at = 0;
      int tickets = ticketBytes(message);
      do {
        int chunk = Math.min(ConnectionFrame.MAX_BODY - tickets, message.length() - at);
        Sent sent =
            at == 0
                ? frame(message, number, 0, chunk, tickets, until)
                : rest(message, number, at, chunk, until);
        if (sent != Sent.DELIVERED) {
          return at == 0 ? sent : cut(sent, message);
        }
        kept = true;
        at += chunk;
        tickets = 0;
      } while (at < message.length());
      numbering.sentAt(transport.lastPlace());
      return Sent.DELIVERED;
    } finally {
      if (!kept) {
        numbering.withdraw(number);
      }
    }
  }

  /** One whose request does not follow means nothing. */
  private Sent context(long number, Until until) {
    Optional<CallContext> current = tracing == null ? Optional.empty() : tracing.current();
    if (current.isEmpty()) {
      return Sent.DELIVERED;
    }
    byte[] body = current.get().toBytes();
    ConnectionFrame.write(
        head, 0, Kind.CONTEXT, 0, 0, 0, number, 0, body.length, Deadline.NONE_ON_WIRE);
    System.arraycopy(body, 0, frame, ConnectionFrame.HEAD, body.length);
    Outbound message = Outbound.of(Kind.CONTEXT, body);
    return push(message, 0, 0, ConnectionFrame.HEAD + body.length, until);
  }

  private Sent rest(Outbound message, long number, int at, int chunk, Until until) {
    try {
      return frame(message, number, at, chunk, 0, until);
    } catch (IllegalStateException closed) {
      return Sent.TORN;
    }
  }

  private int ticketBytes(Outbound message) {
    return transport.passage(message.rights()) == Transport.Passage.TICKETS
        ? TicketPrinter.bytes(message.rights())
        : 0;
  }

  private Sent cut(Sent sent, Outbound message) {
    if (message.rights().hasPorts()) {
      transport.withdraw(message.rights());
    }
    return sent == Sent.UNDELIVERED || sent == Sent.TORN ? sent : Sent.CUT;
  }

  private Sent frame(Outbound message, long number, int at, int chunk, int tickets, Until until) {
    int more = at + chunk < message.length() ? ConnectionFrame.MORE : 0;
    OutboundRights rights = at == 0 ? message.rights() : OutboundRights.NONE;
    ConnectionFrame.write(
        head,
        0,
        message.kind(),
        message.flags() | more | (tickets > 0 ? ConnectionFrame.TICKETS : 0),
        rights.count(),
        message.method(),
        number,
        message.object(),
        chunk,
        at == 0 ? message.remaining() : Deadline.NONE_ON_WIRE);
    boolean inPlace = chunk > SHORT && rights.count() == 0;
    if (!inPlace) {
      message.copy(at, frame, ConnectionFrame.HEAD, chunk);
    }
    return push(message, at, inPlace ? chunk : 0, ConnectionFrame.HEAD + chunk + tickets, until);
  }

  /** With {@code inPlace} bytes of the message that are not in the frame yet. */
  private int sendOnce(Outbound message, int at, int inPlace, int length) {
    return inPlace > 0
        ? transport.send(frame, message, at, inPlace)
        : transport.send(frame, length, at == 0 ? message.rights() : OutboundRights.NONE);
  }

  /**
   * Sends a frame. An interrupt ends the wait for the first one. A message that was begun is sent
   * to its end, since others go over this session too, if the peer takes it in {@link #REST}.
   */
  private Sent push(Outbound message, int at, int inPlace, int length, Until until) {
    Until limit = until;
    boolean interrupted = false;
    int result = sendOnce(message, at, inPlace, length);
    while (result == Transport.FULL) {
      if (!interrupted && Thread.currentThread().isInterrupted()) {
        if (at == 0) {
          return Sent.INTERRUPTED;
        }
        interrupted = true;
        limit = sooner(until);
      }
      long remaining = limit.remaining();
      if (remaining <= 0) {
        return Sent.LATE;
      }
      transport.awaitRoom(remaining);
      result = sendOnce(message, at, inPlace, length);
    }
    if (result == Transport.REFUSED) {
      return Sent.REFUSED;
    }
    return result < 0 ? Sent.UNDELIVERED : Sent.DELIVERED;
  }

  private static Until sooner(Until until) {
    Until rest = Until.after(REST);
    return until.remaining() < rest.remaining() ? until : rest;
  }

  /** Sends the last message, if the thread that sends now is done soon and there is room. */
  void farewell(byte[] body) {
    try {
      if (sending.tryLock(FAREWELL_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          write(Kind.GOODBYE, 0, 0, body);
          transport.lastWord(frame, ConnectionFrame.HEAD + body.length);
        } finally {
          sending.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean write(Kind kind, long number, int object, byte[] body) {
    ConnectionFrame.write(
        head, 0, kind, 0, 0, 0, number, object, body.length, Deadline.NONE_ON_WIRE);
    System.arraycopy(body, 0, frame, ConnectionFrame.HEAD, body.length);
    return transport.send(frame, ConnectionFrame.HEAD + body.length, OutboundRights.NONE)
        != Transport.FULL;
  }

  /** Asks the peer to cancel, now or when there is room. Never waits. */
  void cancel(long number) {
    small.lock();
    try {
      cancels.add(number);
      smallWaits = true;
    } finally {
      small.unlock();
    }
    sendLeftOver();
  }

  /** Gives a reference back, now or when there is room. Never waits. */
  void release(int object) {
    small.lock();
    try {
      releases.merge(object, 1, Integer::sum);
      smallWaits = true;
    } finally {
      small.unlock();
    }
    sendLeftOver();
  }

  /** Tells the peer that this side takes no more, now or when there is room. Never waits. */
  void terminate() {
    small.lock();
    try {
      termination = true;
      smallWaits = true;
    } finally {
      small.unlock();
    }
    sendLeftOver();
  }

  private void sendLeftOver() {
    // A thread that adds while another is just unlocking is seen by one of the two.
    if (smallWaits && sending.tryLock()) {
      try {
        flushSmall();
      } finally {
        sending.unlock();
      }
      if (beginToAwaitRoom()) {
        awaitRoomApart();
      }
    }
  }

  private boolean beginToAwaitRoom() {
    small.lock();
    try {
      boolean begin = smallWaits && !awaitsRoom;
      awaitsRoom |= begin;
      return begin;
    } finally {
      small.unlock();
    }
  }

  private void awaitRoomApart() {
    boolean started = false;
    try {
      Thread.ofPlatform().daemon().name("xpc-room").start(this::flushWhenThereIsRoom);
      started = true;
    } finally {
      if (!started) {
        small.lock();
        try {
          awaitsRoom = false;
        } finally {
          small.unlock();
        }
      }
    }
  }

  /** An ended transport takes everything. */
  private void flushWhenThereIsRoom() {
    do {
      transport.awaitRoom(FOREVER);
      sending.lock();
      try {
        flushSmall();
      } finally {
        sending.unlock();
      }
    } while (!endToAwaitRoom());
  }

  private boolean endToAwaitRoom() {
    small.lock();
    try {
      awaitsRoom = smallWaits;
      return !awaitsRoom;
    } finally {
      small.unlock();
    }
  }

  private void flushSmall() {
    if (!smallWaits) {
      return;
    }
    Map<Integer, Integer> dueReleases;
    List<Long> dueCancels;
    boolean dueTermination;
    small.lock();
    try {
      smallWaits = false;
      dueTermination = termination;
      termination = false;
      dueReleases = Map.copyOf(releases);
      dueCancels = List.copyOf(cancels);
      releases.clear();
      cancels.clear();
    } finally {
      small.unlock();
    }
    if (dueTermination) {
      writeTermination();
    }
    dueCancels.forEach(this::writeCancel);
    dueReleases.forEach(this::writeRelease);
  }

  private void writeTermination() {
    if (!write(Kind.TERMINATION, 0, 0, NO_BODY)) {
      small.lock();
      try {
        termination = true;
        smallWaits = true;
      } finally {
        small.unlock();
      }
    }
  }

  private void writeCancel(long number) {
    if (!write(Kind.CANCEL, number, 0, NO_BODY)) {
      small.lock();
      try {
        cancels.add(number);
        smallWaits = true;
      } finally {
        small.unlock();
      }
    }
  }

  private void writeRelease(int object, int count) {
    if (!write(Kind.RELEASE, 0, object, new WireWriter().i32(count).toBytes())) {
      small.lock();
      try {
        releases.merge(object, count, Integer::sum);
        smallWaits = true;
      } finally {
        small.unlock();
      }
    }
  }
}
