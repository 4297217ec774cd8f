// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.nio.ByteBuffer;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.WireWriter;

/** Frames as the attacker writes them. */
final class Frames {
  static final int MAX_CALLS = 16;
  static final int MAX_EXPORTS = 16;
  static final int MAX_MESSAGE = 256 * 1024;
  static final byte[] NOTHING = {};

  private Frames() {}

  static byte[] frame(Kind kind, int flags, int method, long call, int object, byte[] body) {
    return frame(kind, flags, 0, method, call, object, body);
  }

  static byte[] frame(
      Kind kind, int flags, int descriptors, int method, long call, int object, byte[] body) {
    ByteBuffer bytes = ByteBuffer.allocate(ConnectionFrame.HEAD + body.length);
    new ConnectionFrame(kind, flags, descriptors, method, call, object, body.length, 0)
        .write(bytes);
    return bytes.put(body).array();
  }

  /** A request whose tickets are what it says, or not. */
  static byte[] withTickets(long call, int said, byte[] body, byte[] tickets) {
    ByteBuffer bytes = ByteBuffer.allocate(ConnectionFrame.HEAD + body.length + tickets.length);
    new ConnectionFrame(
            Kind.REQUEST, ConnectionFrame.TICKETS, said, Target.READ, call, 0, body.length, 0)
        .write(bytes);
    return bytes.put(body).put(tickets).array();
  }

  static byte[] hello() {
    WireWriter out = new WireWriter();
    new Hello(
            Hello.VERSION,
            Hello.VERSION,
            Hello.TERMINATION_NOTICE,
            MAX_MESSAGE,
            16,
            MAX_CALLS,
            MAX_EXPORTS)
        .write(out);
    out.string(TargetXpc.TYPE.name()).fixed(TargetXpc.TYPE.digest());
    return frame(Kind.HELLO, 0, 0, 0, 0, out.toBytes());
  }

  static byte[] request(int method, long call, byte[] body) {
    return frame(Kind.REQUEST, 0, method, call, 0, body);
  }

  static byte[] oneway(int method, long call, byte[] body) {
    return frame(Kind.REQUEST, ConnectionFrame.ONEWAY, method, call, 0, body);
  }

  static byte[] bytes(byte[] value) {
    return new WireWriter().bytes(value).toBytes();
  }

  static byte[] number(int value) {
    return new WireWriter().i32(value).toBytes();
  }

  /** A reply with a result. */
  static byte[] reply(long call, byte[] result) {
    return frame(Kind.REPLY, 0, 0, call, 0, new WireWriter().u16(0).fixed(result).toBytes());
  }

  static Kind kind(byte[] frame) {
    for (Kind kind : Kind.values()) {
      if (frame.length >= ConnectionFrame.HEAD && kind.number() == frame[0]) {
        return kind;
      }
    }
    throw new AssertionError("the victim sent what is no frame");
  }

  private static ByteBuffer view(byte[] frame) {
    return ByteBuffer.wrap(frame).order(java.nio.ByteOrder.LITTLE_ENDIAN);
  }

  static boolean hasMore(byte[] frame) {
    return (frame[1] & ConnectionFrame.MORE) != 0;
  }

  static boolean isOneway(byte[] frame) {
    return (frame[1] & ConnectionFrame.ONEWAY) != 0;
  }

  static int method(byte[] frame) {
    return view(frame).getInt(4);
  }

  static long call(byte[] frame) {
    return view(frame).getLong(8);
  }

  static int firstInt(byte[] frame) {
    return view(frame).getInt(ConnectionFrame.HEAD);
  }

  static byte[] body(byte[] frame) {
    return java.util.Arrays.copyOfRange(frame, ConnectionFrame.HEAD, frame.length);
  }
}
