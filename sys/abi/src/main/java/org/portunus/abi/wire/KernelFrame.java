// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One message on a kernel socket (SOCK_SEQPACKET).
 *
 * <pre>
 *   +0   u16 operation        KernelOperation number
 *   +2   u16 kind             0 request, 1 reply, 2 event
 *   +4   u32 descriptors      how many travel with this frame; must be what arrived
 *   +8   u64 sequence         of the request; its reply repeats it; 0 for an event
 *   +16  u32 result           of a reply: KernReturn or ErrorCode number; else 0
 *   +20  u32 body length      must be what follows
 *   +24  body
 * </pre>
 *
 * @param operation number of a {@link KernelOperation}
 * @param kind {@link #REQUEST}, {@link #REPLY} or {@link #EVENT}
 */
public record KernelFrame(
    int operation, int kind, int descriptors, long sequence, int result, byte[] body) {
  public static final int REQUEST = 0;
  public static final int REPLY = 1;
  public static final int EVENT = 2;

  /** Bytes before the body. */
  public static final int HEAD = 24;

  /** Largest body. */
  public static final int MAX_BODY = 64 * 1024;

  /** Most descriptors with one frame (SECURITY: a count beyond it ends the connection). */
  public static final int MAX_DESCRIPTORS = 16;

  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(HEAD + body.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort((short) operation).putShort((short) kind).putInt(descriptors);
    out.putLong(sequence).putInt(result).putInt(body.length).put(body);
    return out.array();
  }

  /**
   * Decodes a received frame.
   *
   * @param bytes a private copy of what arrived
   * @param arrived how many descriptors arrived with it
   */
  public static KernelFrame read(byte[] bytes, int arrived) throws MalformedFrameException {
    WireReader in = new WireReader(bytes);
    int operation = in.u16("operation");
    int kind = in.u16("kind");
    int descriptors = in.i32("descriptors", 0, MAX_DESCRIPTORS);
    long sequence = in.i64("sequence");
    int result = in.i32("result");
    byte[] body = in.bytes("body", MAX_BODY);
    in.end();
    if (kind > EVENT) {
      throw new MalformedFrameException("kind is " + kind);
    }
    if (descriptors != arrived) {
      throw new MalformedFrameException(
          descriptors + " descriptors declared, " + arrived + " arrived");
    }
    return new KernelFrame(operation, kind, descriptors, sequence, result, body);
  }
}
