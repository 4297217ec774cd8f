// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds the body of a frame; grows as needed up to {@link KernelFrame#MAX_BODY} and no further.
 */
public final class WireWriter {
  private ByteBuffer out = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

  public WireWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  public WireWriter u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  public WireWriter i32(int value) {
    room(4).putInt(value);
    return this;
  }

  public WireWriter i64(long value) {
    room(8).putLong(value);
    return this;
  }

  public WireWriter bytes(byte[] value) {
    room(4 + value.length).putInt(value.length).put(value);
    return this;
  }

  public WireWriter fixed(byte[] value) {
    room(value.length).put(value);
    return this;
  }

  public WireWriter string(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Text for people: as {@link #string}, but cut where it would need more bytes than this. */
  public WireWriter text(String value, int most) {
    String cut = value;
    while (cut.getBytes(StandardCharsets.UTF_8).length > most) {
      int excess = cut.getBytes(StandardCharsets.UTF_8).length - most;
      int end = Math.max(0, cut.length() - Math.max(1, excess / 3));
      cut =
          cut.substring(
              0, end > 0 && Character.isHighSurrogate(cut.charAt(end - 1)) ? end - 1 : end);
    }
    return string(cut);
  }

  public byte[] toBytes() {
    return Arrays.copyOf(out.array(), out.position());
  }

  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int needed = out.position() + bytes;
      if (needed > KernelFrame.MAX_BODY) {
        throw new IllegalArgumentException(
            "a frame body has at most " + KernelFrame.MAX_BODY + " bytes");
      }
      int size = Math.min(KernelFrame.MAX_BODY, Math.max(needed, out.capacity() * 2));
      out =
          ByteBuffer.allocate(size)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(out.array(), 0, out.position());
    }
    return out;
  }
}
