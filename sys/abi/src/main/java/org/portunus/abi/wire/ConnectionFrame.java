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
 *   +8   u64 call             chosen by the caller, grows by one; REPLY, ERROR, CANCEL, CONTEXT too
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

  /** Largest body of one frame, its tickets included: 64 KiB of data and something beside it. */
  public static final int MAX_BODY = 68 * 1024;

  /** More frames of this message follow. */
  public static final int MORE = 1;

  /** The request has no reply. */
  public static final int ONEWAY = 2;

  /** The rights of this message travel as tickets. */
  public static final int TICKETS = 4;

  private static final int KIND_AT = 0;
  private static final int FLAGS_AT = 1;
  private static final int RIGHTS_AT = 2;
  private static final int METHOD_AT = 4;
  private static final int CALL_AT = 8;
  private static final int OBJECT_AT = 16;
  private static final int LENGTH_AT = 20;
  private static final int DEADLINE_AT = 24;

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
    TERMINATION(8),
    /** The sender's interface, which is not the receiver's: the second frame of its direction. */
    DESCRIPTION(9),
    /** What the request with the same number, which follows, is part of: a {@link CallContext}. */
    CONTEXT(10);

    private static final Kind[] ALL = values();

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }

    private static void check(int number) throws MalformedFrameException {
      if (number < 1 || number > ALL.length) {
        throw new MalformedFrameException("kind is " + number);
      }
    }
  }

  /** Writes the head at the buffer's position. */
  public void write(ByteBuffer out) {
    out.order(ByteOrder.LITTLE_ENDIAN);
    write(
        out, out.position(), kind, flags, rights, method, call, object, bodyLength, deadlineNanos);
    out.position(out.position() + HEAD);
  }

  /** The same without an object: writes a head at a place of a little-endian buffer. */
  public static void write(
      ByteBuffer out,
      int at,
      Kind kind,
      int flags,
      int rights,
      int method,
      long call,
      int object,
      int bodyLength,
      long deadlineNanos) {
    out.put(at + KIND_AT, (byte) kind.number).put(at + FLAGS_AT, (byte) flags);
    out.putShort(at + RIGHTS_AT, (short) rights).putInt(at + METHOD_AT, method);
    out.putLong(at + CALL_AT, call).putInt(at + OBJECT_AT, object);
    out.putInt(at + LENGTH_AT, bodyLength).putLong(at + DEADLINE_AT, deadlineNanos);
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
    check(bytes, arrived);
    int at = bytes.position();
    bytes.position(at + HEAD);
    return new ConnectionFrame(
        kind(bytes, at),
        flags(bytes, at),
        rights(bytes, at),
        method(bytes, at),
        call(bytes, at),
        object(bytes, at),
        bodyLength(bytes, at),
        bytes.getLong(at + DEADLINE_AT));
  }

  /**
   * Checks the head of a received frame, which is then read field by field, without an object.
   *
   * @param bytes little-endian, at a private copy of exactly what arrived
   * @param arrived how many descriptors arrived with it
   */
  public static void check(ByteBuffer bytes, int arrived) throws MalformedFrameException {
    int at = bytes.position();
    int left = bytes.remaining() - HEAD;
    if (left < 0) {
      throw new MalformedFrameException("frame of " + bytes.remaining() + " bytes");
    }
    Kind.check(bytes.get(at + KIND_AT) & 0xff);
    int flags = flags(bytes, at);
    if (flags > (MORE | ONEWAY | TICKETS)) {
      throw new MalformedFrameException("flags are " + flags);
    }
    int rights = rights(bytes, at);
    boolean tickets = (flags & TICKETS) != 0;
    if (rights > KernelFrame.MAX_DESCRIPTORS || (tickets && rights == 0)) {
      throw new MalformedFrameException("flags " + flags + " with " + rights + " rights");
    }
    int behind = tickets ? rights * Ticket.BYTES : 0;
    int length = bodyLength(bytes, at);
    if (length < 0 || length > MAX_BODY - behind || length + behind != left) {
      throw new MalformedFrameException(
          "body of " + length + " bytes declared, " + left + " arrived");
    }
    if (arrived != (tickets ? 0 : rights)) {
      throw new MalformedFrameException(
          (tickets ? 0 : rights) + " descriptors declared, " + arrived + " arrived");
    }
    if (bytes.getLong(at + DEADLINE_AT) < 0) {
      throw new MalformedFrameException("deadline is negative");
    }
  }

  /** Of a head that was checked. */
  public static Kind kind(ByteBuffer checked, int at) {
    return Kind.ALL[(checked.get(at + KIND_AT) & 0xff) - 1];
  }

  /** Of a head that was checked. */
  public static int flags(ByteBuffer checked, int at) {
    return checked.get(at + FLAGS_AT) & 0xff;
  }

  /** Of a head that was checked: how many rights travel with the frame. */
  public static int rights(ByteBuffer checked, int at) {
    return checked.getShort(at + RIGHTS_AT) & 0xffff;
  }

  /** Of a head that was checked: bytes of the body, without its tickets. */
  public static int bodyLength(ByteBuffer checked, int at) {
    return checked.getInt(at + LENGTH_AT);
  }

  /** Of a head that was checked. */
  public static int method(ByteBuffer checked, int at) {
    return checked.getInt(at + METHOD_AT);
  }

  /** Of a head that was checked. */
  public static long call(ByteBuffer checked, int at) {
    return checked.getLong(at + CALL_AT);
  }

  /** Of a head that was checked. */
  public static int object(ByteBuffer checked, int at) {
    return checked.getInt(at + OBJECT_AT);
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
