// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Epoll;
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
 *   client ==socket==> [kernel: one frame of each direction at most] ==socket==> service
 * </pre>
 *
 * <p>A frame is received only when the one before it is sent on, so what the kernel holds of a
 * connection is bounded by two frames, and who does not read slows down its peer alone. A frame
 * that is none ends the connection. When one side ends, the other gets what was under way, then the
 * same end.
 *
 * <p>Descriptors are passed on untouched. Lock: none; the loop.
 */
public final class Relay {
  /** Frames of one direction that are moved before others have their turn. */
  private static final int PER_TURN = 16;

  private final EventLoop loop;
  private final Closer closer;
  private final DescriptorRoom room;
  private final ReceivedMessage buffer;
  private final Runnable whenEnded;
  private final Side client;
  private final Side service;
  private boolean ended;

  /** One end that the kernel holds, and what came from it and waits for the other. */
  private final class Side {
    private final SeqpacketChannel channel;
    private final EventLoop.Watch watch;
    private byte[] frame = {};
    private Descriptor[] descriptors = {};
    private int watched = Epoll.READABLE;
    private boolean finished;
    // The other side takes nothing more, but may still answer.
    private boolean refused;
    private long frames;
    private long bytes;

    Side(Descriptor socket) throws LinuxException {
      channel = SeqpacketChannel.of(socket, ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY);
      watch = loop.watch(socket, Epoll.READABLE, this::ready);
    }

    private void ready(int events) {
      // Nothing is read from who is refused, so that its end shows here only.
      finished |= refused && (events & (Epoll.HANG_UP | Epoll.ERROR)) != 0;
      Relay.this.ready();
    }

    boolean holdsFrame() {
      return frame.length > 0;
    }

    /** Waits for what can happen next to this socket. */
    void watch(Side other) throws LinuxException {
      int interest =
          (holdsFrame() || finished || refused ? 0 : Epoll.READABLE)
              | (other.holdsFrame() ? Epoll.WRITABLE : 0);
      if (interest != watched) {
        watched = interest;
        watch.interest(interest);
      }
    }

    void drop() {
      for (Descriptor descriptor : descriptors) {
        closer.close(descriptor);
      }
      room.giveBack(descriptors.length);
      descriptors = new Descriptor[0];
      frame = new byte[0];
    }

    void end() {
      drop();
      try {
        watch.cancel();
      } catch (LinuxException failure) {
        throw new IllegalStateException("an open socket left the epoll set", failure);
      }
      int shutdown = channel.shutdown(UnixSocket.Direction.BOTH);
      // ENOTCONN says that the peer went first.
      assert shutdown == 0 || Errno.ENOTCONN.is(shutdown);
      closer.close(channel);
    }
  }

  /**
   * @param buffer the loop's, used within one event
   * @param client the kernel's socket to the client, and that to the service; both become the
   *     relay's
   * @param whenEnded called once, on the loop
   */
  public Relay(
      EventLoop loop,
      Closer closer,
      DescriptorRoom room,
      ReceivedMessage buffer,
      Descriptor client,
      Descriptor service,
      Runnable whenEnded)
      throws LinuxException {
    this.loop = loop;
    this.closer = closer;
    this.room = room;
    this.buffer = buffer;
    this.whenEnded = whenEnded;
    this.client = new Side(client);
    this.service = new Side(service);
  }

  /** Frames that were passed on, both ways. */
  public long frames() {
    return client.frames + service.frames;
  }

  /** Bytes of those. */
  public long bytes() {
    return client.bytes + service.bytes;
  }

  private void ready() {
    if (ended) {
      return;
    }
    try {
      boolean open = move(client, service);
      open &= move(service, client);
      if (!open) {
        end();
        return;
      }
      client.watch(service);
      service.watch(client);
    } catch (LinuxException | MalformedFrameException broken) {
      end();
    }
  }

  /** Passes on what has come; false once the connection is over. */
  private boolean move(Side from, Side to) throws MalformedFrameException {
    for (int i = 0; i < PER_TURN; i++) {
      if (from.holdsFrame() && !passOn(from, to)) {
        return true;
      }
      if (from.finished) {
        return false;
      }
      if (from.refused || !receive(from)) {
        return !from.finished;
      }
    }
    return true;
  }

  /**
   * False when the frame has to wait. What nobody takes any more is dropped, and so is all that
   * comes after it: a service that stops has told its client before, and answers what it took.
   */
  private boolean passOn(Side from, Side to) {
    int[] numbers = new int[from.descriptors.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = from.descriptors[i].raw();
    }
    int result =
        to.channel.send(
            from.frame, 0, from.frame.length, numbers, numbers.length, WaitMode.DONT_WAIT);
    if (Errno.EAGAIN.is(result)) {
      return false;
    }
    from.drop();
    if (result < 0) {
      from.refused = true;
      int shutdown = from.channel.shutdown(UnixSocket.Direction.RECEIVE);
      assert shutdown == 0 || Errno.ENOTCONN.is(shutdown);
      return true;
    }
    from.frames++;
    from.bytes += result;
    return true;
  }

  /** Whether a frame came. */
  private boolean receive(Side from) throws MalformedFrameException {
    int length = from.channel.receive(buffer, WaitMode.DONT_WAIT);
    if (Errno.EAGAIN.is(length)) {
      return false;
    }
    try {
      if (length == 0 || Errno.ECONNRESET.is(length)) {
        from.finished = true;
        return false;
      }
      int count = buffer.descriptorCount();
      if (length < 0 || !room.hasRoom(count)) {
        throw new MalformedFrameException("no frame, or no room for its descriptors");
      }
      byte[] bytes = new byte[length];
      buffer.data().asByteBuffer().get(0, bytes);
      ConnectionFrame.check(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), count);
      from.frame = bytes;
      from.descriptors = new Descriptor[count];
      for (int i = 0; i < count; i++) {
        from.descriptors[i] = buffer.takeDescriptor(i);
      }
      room.take(count);
      return true;
    } finally {
      buffer.closeDescriptors();
    }
  }

  /** Ends both sides. */
  public void end() {
    if (!ended) {
      ended = true;
      client.end();
      service.end();
      loop.defer(whenEnded);
    }
  }
}
