// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.socket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts;
import org.portunus.linux.arch.Layouts.ControlHeader;
import org.portunus.linux.arch.Layouts.MessageHeader;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/**
 * A connected SOCK_SEQPACKET socket that sends and receives whole messages with descriptors,
 * sendmsg(2) and recvmsg(2). It allocates nothing per message.
 *
 * <p>Any thread may send and any may receive: one sender and one receiver at a time, each behind
 * its own lock. {@link #close} waits for both; {@link #shutdown} wakes them first.
 */
public final class SeqpacketChannel implements AutoCloseable {
  /** The most descriptors a message may carry (rule D3). */
  public static final int MAXIMUM_DESCRIPTORS = 16;

  /** Result of a receive: the message was longer than the buffer. The peer broke the protocol. */
  public static final int TRUNCATED = -0x10001;

  /**
   * Result of a receive: more descriptors came than a message may carry, or than this process may
   * open. None was kept.
   */
  public static final int CONTROL_TRUNCATED = -0x10002;

  /** Result of a send or receive after this end's close: {@code -EBADF}. */
  public static final int CLOSED = -Errno.EBADF.number();

  private static final int[] NONE = {};
  private static final int EINTR = Errno.EINTR.number();
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int MSG_CTRUNC = 8;
  private static final int MSG_TRUNC = 0x20;
  private static final int SCM_RIGHTS = 1;
  private static final int SCM_CREDENTIALS = 2;
  private static final int RIGHTS_SPACE = ControlHeader.SIZE + 4 * MAXIMUM_DESCRIPTORS;

  /** Linux's most of one message: with less room it would close the rest on the calling thread. */
  private static final int LINUX_DESCRIPTORS = 253;

  private static final int RECEIVED_RIGHTS_SPACE =
      align(ControlHeader.SIZE + 4 * LINUX_DESCRIPTORS);
  private static final int CREDENTIALS_SPACE = ControlHeader.SIZE + align(Layouts.Credentials.SIZE);

  private final Descriptor socket;
  private final Arena arena = Arena.ofShared();
  private final ReentrantLock sending = new ReentrantLock();
  private final ReentrantLock receiving = new ReentrantLock();
  private final Header out;
  private final Header in;
  private final MemorySegment outgoing;
  private final int receiveControl;

  /** The native msghdr, iovec and control buffer of one direction. */
  private static final class Header {
    final MemorySegment message;
    final MemorySegment vector;
    final MemorySegment control;

    Header(Arena arena, int controlSize) {
      message = arena.allocate(MessageHeader.SIZE, 8);
      vector = arena.allocate(Layouts.IoVector.SIZE, 8);
      control = arena.allocate(controlSize, 8);
      message.set(ValueLayout.JAVA_LONG, MessageHeader.VECTORS, vector.address());
      message.set(ValueLayout.JAVA_LONG, MessageHeader.VECTOR_COUNT, 1);
    }

    void set(long address, long length, int controlLength) {
      vector.set(ValueLayout.JAVA_LONG, Layouts.IoVector.BASE, address);
      vector.set(ValueLayout.JAVA_LONG, Layouts.IoVector.LENGTH, length);
      message.set(
          ValueLayout.JAVA_LONG, MessageHeader.CONTROL, controlLength == 0 ? 0 : control.address());
      message.set(ValueLayout.JAVA_LONG, MessageHeader.CONTROL_LENGTH, controlLength);
    }
  }

  private SeqpacketChannel(Descriptor socket, int maximumMessage, int receiveControl) {
    this.socket = socket;
    this.receiveControl = receiveControl;
    this.out = new Header(arena, RIGHTS_SPACE);
    this.in = new Header(arena, receiveControl);
    this.outgoing = arena.allocate(maximumMessage, 8);
  }

  /**
   * Takes ownership of a connected socket. Set SO_PASSCRED ({@link UnixSocket#passCredentials})
   * before, not after.
   *
   * @param maximumMessage the longest message to send from an array, bytes
   */
  public static SeqpacketChannel of(Descriptor socket, int maximumMessage) throws LinuxException {
    boolean credentials = UnixSocket.option(socket, UnixSocket.SO_PASSCRED, "SO_PASSCRED") != 0;
    return new SeqpacketChannel(
        socket,
        maximumMessage,
        credentials ? RECEIVED_RIGHTS_SPACE + CREDENTIALS_SPACE : RECEIVED_RIGHTS_SPACE);
  }

  /** The socket, for polling; this channel still owns it. */
  public Descriptor descriptor() {
    return socket;
  }

  /** Sends a message without descriptors; see the longest form. */
  public int send(byte[] bytes, int offset, int length, WaitMode mode) {
    return send(bytes, offset, length, NONE, 0, mode);
  }

  /**
   * Sends bytes of an array, with descriptors that stay the caller's.
   *
   * @return bytes sent, {@code -EAGAIN} when it would wait, {@code -EPIPE} when the peer is gone,
   *     {@code -EMSGSIZE} above the limits, {@code -EINVAL} for no bytes
   */
  public int send(
      byte[] bytes, int offset, int length, int[] descriptors, int count, WaitMode mode) {
    if (length > outgoing.byteSize()) {
      return -Errno.EMSGSIZE.number();
    }
    sending.lock();
    try {
      if (!socket.isOpen()) {
        return CLOSED;
      }
      MemorySegment.copy(bytes, offset, outgoing, ValueLayout.JAVA_BYTE, 0, length);
      return transmit(outgoing.address(), length, descriptors, count, mode);
    } finally {
      sending.unlock();
    }
  }

  /** Sends native memory as it is, without a copy; the segment must stay alive meanwhile. */
  public int send(MemorySegment bytes, int[] descriptors, int count, WaitMode mode) {
    if (!bytes.isNative()) {
      throw new IllegalArgumentException("the kernel needs native memory, not an array");
    }
    sending.lock();
    try {
      if (!socket.isOpen()) {
        return CLOSED;
      }
      return transmit(bytes.address(), bytes.byteSize(), descriptors, count, mode);
    } finally {
      sending.unlock();
    }
  }

  private int transmit(long address, long length, int[] descriptors, int count, WaitMode mode) {
    if (count > MAXIMUM_DESCRIPTORS) {
      return -Errno.EMSGSIZE.number();
    }
    if (length == 0) {
      return -Errno.EINVAL.number();
    }
    if (count > 0) {
      writeRights(descriptors, count);
    }
    out.set(address, length, count == 0 ? 0 : align(ControlHeader.SIZE + 4 * count));
    long result;
    do {
      // SAFETY: header, vector and control live in this channel's arena, which close() frees only
      // under both locks; the caller keeps the bytes alive.
      result =
          SystemCall.invoke(
              Call.SENDMSG, socket.raw(), out.message.address(), MSG_NOSIGNAL | mode.flag());
    } while (result == -EINTR);
    return (int) result;
  }

  private void writeRights(int[] descriptors, int count) {
    out.control.set(ValueLayout.JAVA_LONG, ControlHeader.LENGTH, ControlHeader.SIZE + 4L * count);
    out.control.set(ValueLayout.JAVA_INT, ControlHeader.LEVEL, UnixSocket.SOL_SOCKET);
    out.control.set(ValueLayout.JAVA_INT, ControlHeader.TYPE, SCM_RIGHTS);
    for (int i = 0; i < count; i++) {
      out.control.set(ValueLayout.JAVA_INT, ControlHeader.SIZE + 4L * i, descriptors[i]);
    }
  }

  /**
   * Receives the next message into the buffer, whose old descriptors are closed first.
   *
   * @return its length; 0 when the peer is gone (nobody may send an empty message); {@code -EAGAIN}
   *     when it would wait; {@link #TRUNCATED} or {@link #CONTROL_TRUNCATED}, after which the
   *     buffer is empty and the connection should end; or another negative error
   */
  public int receive(ReceivedMessage into, WaitMode mode) {
    receiving.lock();
    try {
      into.reset();
      if (!socket.isOpen()) {
        return CLOSED;
      }
      long result;
      do {
        in.set(into.data().address(), into.data().byteSize(), receiveControl);
        // SAFETY: as in transmit; the buffer belongs to the caller for the length of the call.
        result =
            SystemCall.invoke(
                Call.RECVMSG, socket.raw(), in.message.address(), MSG_CMSG_CLOEXEC | mode.flag());
      } while (result == -EINTR);
      return result < 0 ? (int) result : accept(into, (int) result);
    } finally {
      receiving.unlock();
    }
  }

  private int accept(ReceivedMessage into, int length) {
    int flags = in.message.get(ValueLayout.JAVA_INT, MessageHeader.FLAGS);
    boolean complete = readControl(into);
    if ((flags & MSG_CTRUNC) != 0 || !complete) {
      into.reset();
      return CONTROL_TRUNCATED;
    }
    if ((flags & MSG_TRUNC) != 0) {
      into.reset();
      return TRUNCATED;
    }
    if (length == 0) {
      into.reset();
    } else {
      into.setLength(length);
    }
    return length;
  }

  /** Takes over what the kernel wrote; false when there were too many descriptors. */
  private boolean readControl(ReceivedMessage into) {
    long end = in.message.get(ValueLayout.JAVA_LONG, MessageHeader.CONTROL_LENGTH);
    boolean complete = true;
    for (long at = 0; at + ControlHeader.SIZE <= end; ) {
      long entry = in.control.get(ValueLayout.JAVA_LONG, at + ControlHeader.LENGTH);
      if (entry < ControlHeader.SIZE || at + entry > end) {
        break;
      }
      int type = in.control.get(ValueLayout.JAVA_INT, at + ControlHeader.TYPE);
      if (type == SCM_RIGHTS) {
        complete &= readRights(into, at + ControlHeader.SIZE, at + entry);
      } else if (type == SCM_CREDENTIALS
          && entry >= ControlHeader.SIZE + Layouts.Credentials.SIZE) {
        long body = at + ControlHeader.SIZE;
        into.setCredentials(
            in.control.get(ValueLayout.JAVA_INT, body + Layouts.Credentials.PID),
            in.control.get(ValueLayout.JAVA_INT, body + Layouts.Credentials.UID),
            in.control.get(ValueLayout.JAVA_INT, body + Layouts.Credentials.GID));
      }
      at += align((int) entry);
    }
    return complete;
  }

  private boolean readRights(ReceivedMessage into, long from, long to) {
    boolean complete = true;
    for (long at = from; at + 4 <= to; at += 4) {
      int number = in.control.get(ValueLayout.JAVA_INT, at);
      if (into.descriptorCount() < MAXIMUM_DESCRIPTORS) {
        into.addDescriptor(number);
      } else {
        into.dispose(number);
        complete = false;
      }
    }
    return complete;
  }

  /** Ends a direction and wakes its waiters, shutdown(2): 0 or a negative error. */
  public int shutdown(UnixSocket.Direction direction) {
    return UnixSocket.shutdown(socket, direction);
  }

  /** Closes the socket once no thread sends or receives; blocked ones are woken by a shutdown. */
  @Override
  public void close() {
    if (!socket.isOpen()) {
      return;
    }
    // ENOTCONN says that the peer went first, which is as good.
    int ended = UnixSocket.shutdown(socket, UnixSocket.Direction.BOTH);
    if (ended < 0 && !Errno.ENOTCONN.is(ended)) {
      throw new IllegalStateException("shutdown: error " + -ended);
    }
    sending.lock();
    receiving.lock();
    try {
      if (socket.isOpen()) {
        socket.close();
        arena.close();
      }
    } finally {
      receiving.unlock();
      sending.unlock();
    }
  }

  private static int align(int length) {
    return length + ControlHeader.ALIGNMENT - 1 & -ControlHeader.ALIGNMENT;
  }
}
