// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.session;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
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
 * The kernel's end of one kernel socket. That end <em>is</em> the identity of the task: whatever
 * arrives here was sent by it, and each message's credentials must say so too.
 *
 * <p>Lock: none; the event loop's thread.
 */
public final class Session {
  private static final int PER_TURN = 16;

  /** More messages than a socket holds: each takes at least 256 bytes of at most 425,984. */
  private static final int MOST_WAITING = 2048;

  private final EventLoop loop;
  private final SeqpacketChannel channel;
  private final Outbox outbox;
  private final Closer closer;
  private final ReceivedMessage incoming;
  private final Receiver receiver;
  private final EventLoop.Watch watch;
  private final int uid;
  private int pid = -1;
  private int watched = Epoll.READABLE;
  private boolean ended;
  private long refusals;
  private long lastTurn;

  /** Who handles what arrives. */
  public interface Receiver {
    /** A well-formed frame; its descriptors are still in the message until they are taken. */
    void received(Session session, KernelFrame frame, ReceivedMessage message)
        throws MalformedFrameException;

    /**
     * The socket has ended, once: by the peer, or for a breach of the protocol.
     *
     * @param reason empty when the peer just went
     */
    void ended(Session session, String reason);
  }

  /**
   * Takes over the kernel's end.
   *
   * @param socket with SO_PASSCRED set before anything could arrive; closed when this fails
   * @param uid what each message's credentials must say, seen from the kernel task
   * @param buffer disposes of descriptors without blocking
   * @param room the task's part, in which descriptors that wait for it count
   */
  public Session(
      EventLoop loop,
      Descriptor socket,
      int uid,
      ReceivedMessage buffer,
      Closer closer,
      DescriptorRoom room,
      Receiver receiver)
      throws LinuxException {
    this.loop = loop;
    this.incoming = buffer;
    this.closer = closer;
    this.receiver = receiver;
    this.uid = uid;
    try {
      this.channel = SeqpacketChannel.of(socket, KernelFrame.HEAD + KernelFrame.MAX_BODY);
      this.watch = loop.watch(socket, Epoll.READABLE, events -> guard(() -> ready(events)));
    } catch (LinuxException failure) {
      closer.close(socket);
      throw failure;
    }
    this.outbox = new Outbox(channel, closer, room);
  }

  /**
   * Does something in this task's name. A fault in it costs this task its socket, and nobody else
   * anything.
   */
  public void guard(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException fault) {
      end("fault of the kernel: " + fault + at(fault.getStackTrace()));
    }
  }

  private static String at(StackTraceElement[] stack) {
    return stack.length == 0 ? "" : " at " + stack[0];
  }

  /** The pid that the credentials of the first message told; -1 before it. Information only. */
  public int pid() {
    return pid;
  }

  private void ready(int events) {
    if ((events & Epoll.WRITABLE) != 0 && !ended) {
      settle(outbox.flush());
    }
    // One that asks and waits sends nothing more: to look for it would be a call for nothing.
    int most = loop.turn() == lastTurn + 1 ? PER_TURN : 1;
    lastTurn = loop.turn();
    for (int i = 0; i < most && !ended && readOne(); i++) {}
  }

  /**
   * Handles what the task has sent already, until that is enough; of a task that goes on sending,
   * as much as its socket can have held. Not while a message is being handled.
   */
  public void takeWaiting(BooleanSupplier enough) {
    for (int i = 0; i < MOST_WAITING && !ended && !enough.getAsBoolean() && readOne(); i++) {}
  }

  /** Handles one message; false when there is none. */
  private boolean readOne() {
    int length = channel.receive(incoming, WaitMode.DONT_WAIT);
    if (Errno.EAGAIN.is(length)) {
      return false;
    }
    if (length == 0 || Errno.ECONNRESET.is(length)) {
      end("");
      return false;
    }
    try {
      receiver.received(this, decode(length), incoming);
    } catch (MalformedFrameException violation) {
      end(ErrorCode.PROTOCOL.dotted() + ": " + violation.getMessage());
    } finally {
      incoming.closeDescriptors();
    }
    return true;
  }

  private KernelFrame decode(int length) throws MalformedFrameException {
    if (length < 0) {
      throw new MalformedFrameException(
          length == SeqpacketChannel.CONTROL_TRUNCATED
              ? "more descriptors than a message may carry"
              : "message too long or socket broken (" + length + ")");
    }
    checkSender();
    byte[] bytes = incoming.data().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    return KernelFrame.read(bytes, incoming.descriptorCount());
  }

  /** The socket may have reached somebody else: only the task that it was made for may write. */
  private void checkSender() throws MalformedFrameException {
    if (!incoming.hasCredentials() || incoming.uid() != uid) {
      throw new MalformedFrameException("message of another uid");
    }
    if (pid == -1) {
      pid = incoming.pid();
    } else if (pid != incoming.pid()) {
      throw new MalformedFrameException("message of another process");
    }
  }

  /** Answers a request. */
  public void reply(KernelFrame request, int result, byte[] body, List<Descriptor> descriptors) {
    if (result != 0 && ErrorCode.of(result).isPresent()) {
      refusals++;
    }
    send(
        new KernelFrame(
            request.operation(),
            KernelFrame.REPLY,
            descriptors.size(),
            request.sequence(),
            result,
            body),
        descriptors);
  }

  /** Requests that were refused with an error of ours, unlike one of Mach's. */
  public long refusals() {
    return refusals;
  }

  /** Tells the task something that it did not ask for now. */
  public void event(KernelOperation operation, byte[] body, List<Descriptor> descriptors) {
    send(
        new KernelFrame(operation.number(), KernelFrame.EVENT, descriptors.size(), 0, 0, body),
        descriptors);
  }

  private void send(KernelFrame frame, List<Descriptor> descriptors) {
    if (ended) {
      descriptors.forEach(closer::close);
      return;
    }
    settle(outbox.send(frame, descriptors));
  }

  private void settle(Outbox.Outcome outcome) {
    switch (outcome) {
      case SENT -> interest(Epoll.READABLE);
      case WAITING -> interest(Epoll.READABLE | Epoll.WRITABLE);
      case PEER_GONE -> end("");
      case REFUSED ->
          end(
              ErrorCode.LIMIT_DESCRIPTORS.dotted()
                  + ": no more descriptors can wait for the task, which does not read them");
      case OVERFLOW ->
          end(
              ErrorCode.LIMIT_BACKLOG.dotted()
                  + ": over "
                  + Outbox.MAX_FRAMES
                  + " frames or "
                  + Outbox.MAX_BYTES
                  + " bytes wait for the task to read them");
    }
  }

  private void interest(int events) {
    if (events != watched) {
      watched = events;
      try {
        watch.interest(events);
      } catch (LinuxException failure) {
        end(String.valueOf(failure.getMessage()));
      }
    }
  }

  /** Whether the socket has ended. */
  public boolean hasEnded() {
    return ended;
  }

  /** Ends the socket; the receiver hears of it once, after what is being handled now. */
  public void end(String reason) {
    if (ended) {
      return;
    }
    ended = true;
    outbox.discard();
    try {
      watch.cancel();
    } catch (LinuxException failure) {
      throw new IllegalStateException("an open socket left the epoll set", failure);
    }
    int shutdown = channel.shutdown(UnixSocket.Direction.BOTH);
    // ENOTCONN says that the peer went first; the close is what counts, and may have to wait.
    assert shutdown == 0 || Errno.ENOTCONN.is(shutdown);
    closer.close(channel);
    loop.defer(() -> receiver.ended(this, reason));
  }
}
