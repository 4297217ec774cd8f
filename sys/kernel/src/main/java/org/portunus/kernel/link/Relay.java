// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.LinkList.Traffic;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Epoll;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.linux.socket.WaitMode;

/**
 * A connection that the kernel task carries itself, frame by frame, instead of giving its two tasks
 * a link: everything that passes is seen here.
 *
 * <pre>
 *   client ==socket==> [kernel: holds nothing] ==socket==> service
 *
 *   OPEN --one side ends, and what it sent has passed--> ENDED
 *    |                                                     ^
 *    +--broken, revoked--> FROZEN: nothing passes any more |
 *                             +--both sides close, or end--+
 * </pre>
 *
 * <p>A frame is received only when the other side's socket has room for it, so the kernel keeps no
 * frame, and who does not read slows down its peer alone. A frame that is none breaks the
 * connection, and so do descriptors: rights go by tickets, whose number is limited. When one side
 * ends, the other gets what was under way, then the same end.
 *
 * <p>Lock: none; the loop.
 */
public final class Relay {
  static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;

  // What one direction may move before others have their turn.
  private static final int FRAMES_PER_TURN = 16;
  private static final int BYTES_PER_TURN = LONGEST;

  /** More packets than the peer's send buffer holds. */
  private static final int MOST_WAITING = 2048;

  private static final int[] NO_DESCRIPTORS = {};
  private static final int GONE = Epoll.HANG_UP | Epoll.ERROR;

  private final EventLoop loop;
  private final Closer closer;
  private final ReceivedMessage buffer;
  private final Listener listener;
  private final Side client;
  private final Side service;
  private final IntPredicate methods;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    FROZEN,
    ENDED
  }

  /** Who has a relay. */
  public interface Listener {
    /** There may be something to move: {@link Relay#turn} is due, once. */
    void ready(Relay relay);

    /** A side broke the protocol; nothing passes any more. */
    void broken(Relay relay, ConnectionSide by, String what);

    /** The client called a method that it may not; nothing passes any more. */
    void refused(Relay relay, int method);

    /** It has ended, once; not while it is being used. */
    void ended(Relay relay);
  }

  /** One end that the kernel holds, and what came from it. */
  private final class Side {
    private final ConnectionSide name;
    private final SeqpacketChannel channel;
    private Optional<EventLoop.Watch> watch = Optional.empty();
    private int watched;
    // Nothing comes from it any more.
    private boolean finished;
    // The other takes nothing from it any more, but may still answer.
    private boolean refused;
    // What comes from it has no room at the other.
    private boolean waits;
    private boolean closed;
    private long frames;
    private long bytes;

    Side(ConnectionSide name, Descriptor socket) throws LinuxException {
      this.name = name;
      UnixSocket.setSendBuffer(socket, LONGEST);
      channel = SeqpacketChannel.of(socket, 1);
      watch(Epoll.READABLE);
    }

    private void happened(int events) {
      boolean gone = (events & GONE) != 0;
      if (state == State.FROZEN) {
        if (gone) {
          close();
          endIfBothAreClosed();
        }
        return;
      }
      // Nothing is read from who is refused, so that its end shows here only.
      finished |= refused && gone;
      listener.ready(Relay.this);
    }

    /** Whether a frame of any length would be taken; also when it is refused for good. */
    boolean hasRoom() throws LinuxException {
      return Readiness.await(channel.descriptor(), Readiness.WRITABLE, 0) != 0;
    }

    /** Waits for what can happen next to this socket. */
    void watchBeside(Side other) throws LinuxException {
      int interest =
          (waits || finished || refused ? 0 : Epoll.READABLE) | (other.waits ? Epoll.WRITABLE : 0);
      if (interest == 0 && !refused) {
        // The end of this side, which epoll tells in any case, would be told again and again.
        unwatch();
      } else {
        watch(interest);
      }
    }

    private void watch(int interest) throws LinuxException {
      if (watch.isEmpty()) {
        watch = Optional.of(loop.watch(channel.descriptor(), interest, this::happened));
      } else if (interest != watched) {
        watch.get().interest(interest);
      }
      watched = interest;
    }

    private void unwatch() {
      try {
        if (watch.isPresent()) {
          watch.get().cancel();
        }
      } catch (LinuxException failure) {
        throw new IllegalStateException("an open socket left the epoll set", failure);
      }
      watch = Optional.empty();
    }

    /**
     * What nobody will read is taken out first: Linux would tell the peer of it instead of what the
     * peer has not read yet.
     */
    void close() {
      if (closed) {
        return;
      }
      closed = true;
      unwatch();
      int shutdown = channel.shutdown(UnixSocket.Direction.BOTH);
      // ENOTCONN says that the peer went first.
      assert shutdown == 0 || Errno.ENOTCONN.is(shutdown);
      int length = 1;
      for (int i = 0; length > 0 && i < MOST_WAITING; i++) {
        length = channel.receive(buffer, WaitMode.DONT_WAIT);
      }
      buffer.closeDescriptors();
      closer.close(channel);
    }

    Traffic traffic() {
      return new Traffic(frames, bytes);
    }
  }

  /**
   * @param buffer of {@link #LONGEST} bytes, the loop's, used within one call
   * @param client the kernel's socket to the client, and that to the service; both become the
   *     relay's, also when this fails
   * @param methods of the service itself that the client may call; those of objects that the
   *     service passed by reference are not asked for
   */
  public Relay(
      EventLoop loop,
      Closer closer,
      ReceivedMessage buffer,
      Descriptor client,
      Descriptor service,
      IntPredicate methods,
      Listener listener)
      throws LinuxException {
    this.loop = loop;
    this.closer = closer;
    this.buffer = buffer;
    this.listener = listener;
    this.methods = methods;
    boolean made = false;
    Optional<Side> first = Optional.empty();
    try {
      first = Optional.of(new Side(ConnectionSide.CLIENT, client));
      this.client = first.get();
      this.service = new Side(ConnectionSide.SERVICE, service);
      made = true;
    } finally {
      if (!made) {
        first.ifPresentOrElse(Side::close, () -> closer.close(client));
        closer.close(service);
      }
    }
  }

  /** What came from one side and was passed on. */
  public Traffic from(ConnectionSide side) {
    return switch (side) {
      case CLIENT -> client.traffic();
      case SERVICE -> service.traffic();
    };
  }

  /** Passes on what has come, as much as others have to wait for. */
  public void turn() {
    if (state != State.OPEN) {
      return;
    }
    try {
      boolean open = move(client, service) && move(service, client);
      if (!open) {
        end();
      } else if (state == State.OPEN) {
        client.watchBeside(service);
        service.watchBeside(client);
      }
    } catch (LinuxException failure) {
      end();
    }
  }

  /** Passes on what has come; false once the connection is over. */
  private boolean move(Side from, Side to) throws LinuxException {
    long most = from.bytes + BYTES_PER_TURN;
    for (int i = 0; i < FRAMES_PER_TURN && from.bytes < most && state == State.OPEN; i++) {
      if (from.finished) {
        return false;
      }
      if (from.refused) {
        return true;
      }
      from.waits = !to.hasRoom();
      if (from.waits || !moveOne(from, to)) {
        return !from.finished;
      }
    }
    return true;
  }

  /** Whether a frame came. */
  private boolean moveOne(Side from, Side to) {
    int length = from.channel.receive(buffer, WaitMode.DONT_WAIT);
    if (Errno.EAGAIN.is(length)) {
      return false;
    }
    if (length == 0 || Errno.ECONNRESET.is(length)) {
      from.finished = true;
      return false;
    }
    try {
      MemorySegment frame = checked(length);
      if (from == client && isRefused(frame)) {
        return false;
      }
      passOn(frame, from, to);
      return true;
    } catch (MalformedFrameException broken) {
      freeze();
      listener.broken(this, from.name, String.valueOf(broken.getMessage()));
      return false;
    } finally {
      buffer.closeDescriptors();
    }
  }

  private MemorySegment checked(int length) throws MalformedFrameException {
    if (length < 0) {
      throw new MalformedFrameException("a message that is too long or has too many descriptors");
    }
    MemorySegment frame = buffer.data().asSlice(0, length);
    int count = buffer.descriptorCount();
    ConnectionFrame.check(frame.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN), count);
    if (count > 0) {
      throw new MalformedFrameException(
          count + " descriptors over a relayed connection, where rights go by tickets");
    }
    return frame;
  }

  private boolean isRefused(MemorySegment frame) {
    ByteBuffer head = frame.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int method = ConnectionFrame.method(head, 0);
    boolean refused =
        ConnectionFrame.kind(head, 0) == ConnectionFrame.Kind.REQUEST
            && ConnectionFrame.object(head, 0) == 0
            && !methods.test(method);
    if (refused) {
      freeze();
      listener.refused(this, method);
    }
    return refused;
  }

  /**
   * What nobody takes any more is dropped, and so is all that comes after it: a service that stops
   * has told its client before, and answers what it took.
   */
  private static void passOn(MemorySegment frame, Side from, Side to) {
    int result = to.channel.send(frame, NO_DESCRIPTORS, 0, WaitMode.DONT_WAIT);
    if (result < 0) {
      from.refused = true;
      int shutdown = from.channel.shutdown(UnixSocket.Direction.RECEIVE);
      assert shutdown == 0 || Errno.ENOTCONN.is(shutdown);
      return;
    }
    from.frames++;
    from.bytes += result;
  }

  /** The client is done with it: what it has sent still passes, and nothing that it sends later. */
  public void finish() {
    if (state == State.OPEN) {
      int shutdown = client.channel.shutdown(UnixSocket.Direction.RECEIVE);
      assert shutdown == 0 || Errno.ENOTCONN.is(shutdown);
      listener.ready(this);
    }
  }

  /** From now on nothing passes; each side is closed when its task has closed it. */
  public void freeze() {
    if (state != State.OPEN) {
      return;
    }
    state = State.FROZEN;
    try {
      client.watch(0);
      service.watch(0);
    } catch (LinuxException failure) {
      end();
    }
  }

  private void endIfBothAreClosed() {
    if (client.closed && service.closed) {
      end();
    }
  }

  /** Ends both sides. */
  public void end() {
    if (state != State.ENDED) {
      state = State.ENDED;
      client.close();
      service.close();
      loop.defer(() -> listener.ended(this));
    }
  }
}
