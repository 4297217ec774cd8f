// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The head of one message on a connection's socketpair (SOCK_SEQPACKET). A call's message longer
 * than {@link #MAX_BODY} goes as several frames with {@link #MORE} on all but the last; they share
 * kind, call, object and method, and only the first carries descriptors.
 *
 * <pre>
 *   +0   u8  kind
 *   +1   u8  flags            1 MORE, 2 ONEWAY
 *   +2   u16 descriptors      how many travel with this frame; must be what arrived
 *   +4   u32 method           of a REQUEST
 *   +8   u64 call             chosen by the caller, grows by one; REPLY, ERROR, CANCEL repeat it
 *   +16  u32 object           of a REQUEST or RELEASE: in the receiver's table, 0 the service
 *   +20  u32 body length      must be what follows
 *   +24  u64 deadline         of a REQUEST: nanoseconds that remain, 0 none
 *   +32  body
 * </pre>
 *
 * @param object unsigned; of a RELEASE the object that loses the number of references in the body
 */
public record ConnectionFrame(
    Kind kind,
    int flags,
    int descriptors,
    int method,
    long call,
    int object,
    int bodyLength,
    long deadlineNanos) {
  /** Bytes before the body. */
  public static final int HEAD = 32;

  /** Largest body of one frame. */
  public static final int MAX_BODY = 64 * 1024;

  /** More frames of this message follow. */
  public static final int MORE = 1;

  /** The request has no reply. */
  public static final int ONEWAY = 2;

  /** What a frame is. */
  public enum Kind {
    HELLO(1),
    REQUEST(2),
    REPLY(3),
    ERROR(4),
    CANCEL(5),
    RELEASE(6),
    GOODBYE(7),
    /** The sender takes no more requests and ends once it has answered those it has. */
    TERMINATION(8);

    private static final Kind[] ALL = values();

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }

    static Kind of(int number) throws MalformedFrameException {
      if (number < 1 || number > ALL.length) {
        throw new MalformedFrameException("kind is " + number);
      }
      return ALL[number - 1];
    }
  }

  /** Writes the head at the buffer's position. */
  public void write(ByteBuffer out) {
    out.order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) kind.number).put((byte) flags).putShort((short) descriptors).putInt(method);
    out.putLong(call).putInt(object).putInt(bodyLength).putLong(deadlineNanos);
  }

  /**
   * Reads and checks the head of a received frame; the buffer is left at the body.
   *
   * @param bytes a private copy of exactly what arrived
   * @param arrived how many descriptors arrived with it
   */
  public static ConnectionFrame read(ByteBuffer bytes, int arrived) throws MalformedFrameException {
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() < HEAD) {
      throw new MalformedFrameException("frame of " + bytes.remaining() + " bytes");
    }
    int kind = bytes.get() & 0xff;
    int flags = bytes.get() & 0xff;
    int descriptors = bytes.getShort() & 0xffff;
    int method = bytes.getInt();
    long call = bytes.getLong();
    int object = bytes.getInt();
    int length = bytes.getInt();
    long deadline = bytes.getLong();
    Kind known = Kind.of(kind);
    if (flags > (MORE | ONEWAY)) {
      throw new MalformedFrameException("flags are " + flags);
    }
    if (length != bytes.remaining() || length > MAX_BODY) {
      throw new MalformedFrameException(
          "body of " + length + " bytes declared, " + bytes.remaining() + " arrived");
    }
    if (descriptors != arrived || descriptors > KernelFrame.MAX_DESCRIPTORS) {
      throw new MalformedFrameException(
          descriptors + " descriptors declared, " + arrived + " arrived");
    }
    if (deadline < 0) {
      throw new MalformedFrameException("deadline is negative");
    }
    return new ConnectionFrame(known, flags, descriptors, method, call, object, length, deadline);
  }

  public boolean hasMore() {
    return (flags & MORE) != 0;
  }

  public boolean isOneway() {
    return (flags & ONEWAY) != 0;
  }
}
