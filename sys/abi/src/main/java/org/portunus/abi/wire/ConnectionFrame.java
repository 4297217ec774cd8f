// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The head of one message on a connection's socketpair (SOCK_SEQPACKET). A call's message longer
 * than {@link #MAX_BODY} goes as several frames with {@link #MORE} on all but the last; they share
 * kind, call, object and method, and only the first carries rights.
 *
 * <pre>
 *   +0   u8  kind
 *   +1   u8  flags            1 MORE, 2 ONEWAY, 4 TICKETS
 *   +2   u16 rights           descriptors that travel with this frame: must be what arrived;
 *                             with TICKETS: tickets behind the body, and no descriptor
 *   +4   u32 method           of a REQUEST
 *   +8   u64 call             chosen by the caller, grows by one; REPLY, ERROR, CANCEL repeat it
 *   +16  u32 object           of a REQUEST or RELEASE: in the receiver's table, 0 the service
 *   +20  u32 body length      must be what follows
 *   +24  u64 deadline         of a REQUEST: nanoseconds that remain, 0 none
 *   +32  body
 *   ...  the tickets, {@link Ticket#BYTES} each
 * </pre>
 *
 * @param object unsigned; of a RELEASE the object that loses the number of references in the body
 */
public record ConnectionFrame(
    Kind kind,
    int flags,
    int rights,
    int method,
    long call,
    int object,
    int bodyLength,
    long deadlineNanos) {
  /** Bytes before the body. */
  public static final int HEAD = 32;

  /** Largest body of one frame, its tickets included. */
  public static final int MAX_BODY = 64 * 1024;

  /** More frames of this message follow. */
  public static final int MORE = 1;

  /** The request has no reply. */
  public static final int ONEWAY = 2;

  /** The rights of this message travel as tickets. */
  public static final int TICKETS = 4;

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
    out.put((byte) kind.number).put((byte) flags).putShort((short) rights).putInt(method);
    out.putLong(call).putInt(object).putInt(bodyLength).putLong(deadlineNanos);
  }

  /**
   * Reads and checks the head of a received frame; the buffer is left at the body, which its
   * tickets follow.
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
    int rights = bytes.getShort() & 0xffff;
    int method = bytes.getInt();
    long call = bytes.getLong();
    int object = bytes.getInt();
    int length = bytes.getInt();
    long deadline = bytes.getLong();
    Kind known = Kind.of(kind);
    if (flags > (MORE | ONEWAY | TICKETS)) {
      throw new MalformedFrameException("flags are " + flags);
    }
    boolean tickets = (flags & TICKETS) != 0;
    if (rights > KernelFrame.MAX_DESCRIPTORS || (tickets && rights == 0)) {
      throw new MalformedFrameException("flags " + flags + " with " + rights + " rights");
    }
    int behind = tickets ? rights * Ticket.BYTES : 0;
    if (length < 0 || length > MAX_BODY - behind || length + behind != bytes.remaining()) {
      throw new MalformedFrameException(
          "body of " + length + " bytes declared, " + bytes.remaining() + " arrived");
    }
    if (arrived != (tickets ? 0 : rights)) {
      throw new MalformedFrameException(
          (tickets ? 0 : rights) + " descriptors declared, " + arrived + " arrived");
    }
    if (deadline < 0) {
      throw new MalformedFrameException("deadline is negative");
    }
    return new ConnectionFrame(known, flags, rights, method, call, object, length, deadline);
  }

  public boolean hasMore() {
    return (flags & MORE) != 0;
  }

  public boolean hasTickets() {
    return (flags & TICKETS) != 0;
  }

  public boolean isOneway() {
    return (flags & ONEWAY) != 0;
  }
}
