// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Ticket;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.link.FrameBody;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkFault;
import org.portunus.system.link.LinkSide;
import org.portunus.system.socket.FrameSocket;
import org.portunus.system.socket.PacketSocket;
import org.portunus.system.xpc.wire.OutboundRights;

/**
 * Frames over a link. A packet of one byte on the connection's socket wakes a peer that reads with
 * no thread of its own; the socket's end is the peer's. Rights go by tickets: they are deposited
 * with the link's exchange before the frame is written that carries their tickets.
 *
 * <p>A part of each ring belongs to replies of up to {@link #CREDIT} bytes, as many as the hello
 * allows calls: making a call reserves the room of its reply. A short reply finds room, or the peer
 * has broken the protocol.
 *
 * <p>Sending is ordered by the {@link Outbox}'s lock. The lock {@code receiving} guards the
 * receiving side of the socket, the one frame that may come there, and whether all is closed.
 */
public final class LinkTransport implements Transport {
  /** Bytes of a record whose room the request reserves. */
  static final int CREDIT = 512;

  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
  private static final int SHORT_REPLY = CREDIT - 8;
  private static final int RESERVED = 256 * CREDIT + 2048;
  // In one go: a peer could send bells as fast as they are taken.
  private static final int MAX_PACKETS = 64;
  private static final int[] NO_DESCRIPTORS = {};
  private static final byte[] NOTHING = {};
  private static final byte[] BELL = {0};
  private static final byte KIND_REQUEST = (byte) Kind.REQUEST.number();
  private static final byte KIND_REPLY = (byte) Kind.REPLY.number();
  private static final byte KIND_ERROR = (byte) Kind.ERROR.number();
  private static final byte KIND_GOODBYE = (byte) Kind.GOODBYE.number();
  private static final byte KIND_CANCEL = (byte) Kind.CANCEL.number();
  private static final long ROOM_NANOS = 20_000;

  private final FrameSocket socket;
  private final LinkEnd end;
  private final LinkReception reception;
  private final ReentrantLock receiving = new ReentrantLock();
  private final Optional<RightExchange> exchange;
  private final TicketPrinter printer = new TicketPrinter();
  private final byte[] packet = new byte[LONGEST];
  private Optional<byte[]> lastWord = Optional.empty();
  private boolean socketEnded;
  private boolean leavesRest;
  private boolean closed;
  // By the thread that sends.
  private long lastDeposit;
  // Written by the thread that sends, and by the one that reads.
  private long asked;
  private long taken;
  private volatile long answered;

  private LinkTransport(
      FrameSocket socket, LinkEnd end, Optional<RightExchange> exchange, LinkWaiter waiter) {
    this.socket = socket;
    this.end = end;
    this.exchange = exchange;
    this.reception = new LinkReception(this, end, waiter);
    exchange.ifPresent(keeper -> keeper.whenEnded(reception::ended));
  }

  /** A link that carries no rights. */
  public static LinkTransport of(Descriptor socket, LinkEnd end) {
    return of(socket, end, Optional.empty());
  }

  /** Takes ownership of the link's end and of the connection's socket, also when this fails. */
  public static LinkTransport of(Descriptor socket, LinkEnd end, Optional<RightExchange> exchange) {
    return of(socket, end, exchange, LinkWaiter::ofProcess);
  }

  static LinkTransport of(
      Descriptor socket, LinkEnd end, Optional<RightExchange> exchange, WaiterSource waiter) {
    try {
      return of(PacketSocket.of(socket, LONGEST), end, exchange, waiter);
    } catch (LinuxException failure) {
      end.close();
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "connection", failure);
    }
  }

  /** One with a connection's end of another kind, which carries no rights. */
  public static LinkTransport of(FrameSocket socket, LinkEnd end) {
    return of(socket, end, Optional.empty(), LinkWaiter::ofProcess);
  }

  /**
   * Makes what all links of this process share, so that the first has it.
   *
   * @throws PortunusException SYSTEM_CALL
   */
  public static void prepare() {
    try {
      var _ = LinkWaiter.ofProcess();
    } catch (LinuxException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "the waiter of links", failure);
    }
  }

  /** Where the waiter of a link comes from. */
  interface WaiterSource {
    LinkWaiter get() throws LinuxException;
  }

  private static LinkTransport of(
      FrameSocket socket, LinkEnd end, Optional<RightExchange> exchange, WaiterSource waiter) {
    try {
      return new LinkTransport(socket, end, exchange, waiter.get());
    } catch (LinuxException failure) {
      PortunusException refusal =
          new PortunusException(
              ErrorCode.LIMIT_DESCRIPTORS, "this side can't wait for another link", failure);
      byte[] goodbye = ErrorBody.of(refusal).toGoodbye();
      // A peer that is gone learns no more than the end.
      int _ = socket.send(goodbye, goodbye.length, NO_DESCRIPTORS, 0);
      socket.close();
      end.close();
      throw refusal;
    }
  }

  FrameSocket socket() {
    return socket;
  }

  Optional<RightExchange> exchange() {
    return exchange;
  }

  @Override
  public Passage passage(OutboundRights rights) {
    if (rights.count() == 0) {
      return Passage.DESCRIPTORS;
    }
    return exchange.isPresent() && exchange.get().takes(rights) ? Passage.TICKETS : Passage.NONE;
  }

  @Override
  public void withdraw(OutboundRights rights) {
    exchange.ifPresent(keeper -> keeper.withdraw(lastDeposit, rights));
  }

  @Override
  public int send(byte[] frame, int length, OutboundRights rights) {
    if (reception.isStopped()) {
      return ENDED;
    }
    return rights.count() == 0 ? write(frame, length) : writeWithRights(frame, length, rights);
  }

  @Override
  public int send(byte[] frame, FrameBody body, int from, int count) {
    if (reception.isStopped()) {
      return ENDED;
    }
    int head = ConnectionFrame.HEAD;
    int result = end.write(frame, head, body, from, count, RESERVED);
    return result == LinkEnd.FULL ? FULL : posted(result, frame, head + count);
  }

  private int write(byte[] frame, int length) {
    byte kind = frame[0];
    boolean credited =
        (kind == KIND_REPLY || kind == KIND_ERROR) && length <= SHORT_REPLY && isWhole(frame);
    int result = end.write(frame, length, credited ? 0 : RESERVED);
    if (result == LinkEnd.FULL) {
      return credited ? broken(LinkFault.NO_CREDIT) : FULL;
    }
    return posted(result, frame, length);
  }

  private static boolean isWhole(byte[] frame) {
    return (frame[1] & ConnectionFrame.MORE) == 0;
  }

  private static boolean isOneway(byte[] frame) {
    return (frame[1] & ConnectionFrame.ONEWAY) != 0;
  }

  /** Room is looked for first: what is deposited is then written, unless the link ends. */
  private int writeWithRights(byte[] frame, int length, OutboundRights rights) {
    if (exchange.isEmpty()) {
      return REFUSED;
    }
    RightExchange keeper = exchange.get();
    long place = end.place(length, RESERVED);
    if (place < 0) {
      return place == LinkEnd.FULL ? FULL : broken(LinkFault.of((int) place));
    }
    List<Ticket> tickets = printer.print(rights, frame, length - TicketPrinter.bytes(rights));
    RightExchange.Deposited deposited = keeper.deposit(place, rights, tickets);
    lastDeposit = place;
    if (deposited != RightExchange.Deposited.DONE) {
      return switch (deposited) {
        case FULL -> FULL;
        case REFUSED -> REFUSED;
        case DONE, ENDED -> ENDED;
      };
    }
    int result = end.write(frame, length, RESERVED);
    int posted = posted(result, frame, length);
    if (posted < 0) {
      keeper.withdraw(place, rights);
    }
    return posted;
  }

  private int posted(int attention, byte[] frame, int length) {
    byte kind = frame[0];
    boolean others = asked != answered;
    boolean oneway = kind == KIND_REQUEST && isOneway(frame);
    if (kind == KIND_REQUEST && !oneway && isWhole(frame)) {
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
      case Attention.BUSY -> {
        if (!oneway) {
          ring();
        }
        yield length;
      }
      case Attention.AWAY -> {
        ring();
        yield length;
      }
      case Attention.ASLEEP, Attention.CLOSING, LinkEnd.RUNG -> length;
      case LinkEnd.REFUSED -> ENDED;
      default -> {
        LinkFault fault = LinkFault.of(attention);
        int result = broken(fault);
        // Written before the fault showed: the peer may have read it.
        yield fault == LinkFault.ATTENTION || fault == LinkFault.CLOSED ? length : result;
      }
    };
  }

  @Override
  public long lastPlace() {
    return end.lastWritten();
  }

  /** Only a peer whose socket has ended reads no more. */
  @Override
  public boolean wasRead(long place) {
    return place == NO_PLACE || !hasEnded() || end.wasRead(place);
  }

  private boolean hasEnded() {
    receiving.lock();
    try {
      return socketEnded;
    } finally {
      receiving.unlock();
    }
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

  /** The kernel revoked the link: unmaps it at once, whoever uses it. Any thread. */
  void revoked() {
    reception.revoked();
    end.free();
    end.close();
  }

  static boolean isAnswer(byte[] frame) {
    return (frame[0] == KIND_REPLY || frame[0] == KIND_ERROR) && isWhole(frame);
  }

  @Override
  public void awaitRoom(long nanos) {
    if (!end.spinForRoom()) {
      LockSupport.parkNanos(this, Math.clamp(nanos, 1, ROOM_NANOS));
    }
  }

  @Override
  public Reception reception() {
    return reception;
  }

  /** What {@link #collect} found. */
  enum Collected {
    OPEN,
    /** The same, and there were bells. */
    RUNG,
    ENDED,
    BROKEN
  }

  /** Takes what is in the socket, or a part of it; bells have done their work by then. */
  Collected collect() {
    receiving.lock();
    try {
      boolean rung = false;
      for (int i = 0; i < MAX_PACKETS && !socketEnded; i++) {
        List<Descriptor> descriptors = new ArrayList<>();
        int length = socket.receiveNow(packet, descriptors);
        if (length == FrameSocket.NOTHING) {
          break;
        }
        if (length == FrameSocket.BROKEN) {
          return Collected.BROKEN;
        }
        if (length < 0) {
          socketEnded = true;
        } else if (mayBeLastWord(length) && descriptors.isEmpty() && lastWord.isEmpty()) {
          lastWord = Optional.of(Arrays.copyOf(packet, length));
        } else if (length > 1 || !descriptors.isEmpty()) {
          descriptors.forEach(Descriptor::close);
          return Collected.BROKEN;
        } else {
          rung = true;
        }
      }
      if (rung) {
        end.bellTaken();
      }
      if (socketEnded) {
        return Collected.ENDED;
      }
      return rung ? Collected.RUNG : Collected.OPEN;
    } finally {
      receiving.unlock();
    }
  }

  private boolean mayBeLastWord(int length) {
    return length > 1 && packet[0] == KIND_GOODBYE;
  }

  /**
   * The GOODBYE that came over the socket, if any: its length, or 0. Who refuses a connection says
   * so before there is a ring.
   */
  int takeLastWord(InboundFrame into) {
    receiving.lock();
    try {
      byte[] bytes = lastWord.orElse(NOTHING);
      lastWord = Optional.empty();
      System.arraycopy(bytes, 0, into.bytes(), 0, bytes.length);
      return bytes.length;
    } finally {
      receiving.unlock();
    }
  }

  /** A peer whose link is gone before it has read the ring's last record finds it here. */
  @Override
  public void lastWord(byte[] frame, int length) {
    int _ = socket.send(frame, length, NO_DESCRIPTORS, 0);
  }

  @Override
  public void shutdownReceive() {
    receiving.lock();
    try {
      if (!closed) {
        leavesRest = true;
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
    boolean peerReads;
    receiving.lock();
    try {
      peerReads = !socketEnded && (end.side() == LinkSide.CLIENT || leavesRest);
      closed = true;
      socketEnded = true;
    } finally {
      receiving.unlock();
    }
    exchange.ifPresent(RightExchange::close);
    socket.close();
    if (!peerReads) {
      end.free();
    }
    end.close();
  }
}
