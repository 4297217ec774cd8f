// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Strict reading of one received frame. The bytes are a private copy, so nothing changes between a
 * check and its use. Every shortage is a {@link MalformedFrameException} that names the field.
 */
public final class WireReader {
  private final ByteBuffer in;

  public WireReader(ByteBuffer bytes) {
    this.in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  public WireReader(byte[] bytes) {
    this(ByteBuffer.wrap(bytes));
  }

  public int u8(String field) throws MalformedFrameException {
    need(1, field);
    return in.get() & 0xff;
  }

  public int u16(String field) throws MalformedFrameException {
    need(2, field);
    return in.getShort() & 0xffff;
  }

  public int i32(String field) throws MalformedFrameException {
    need(4, field);
    return in.getInt();
  }

  public long i64(String field) throws MalformedFrameException {
    need(8, field);
    return in.getLong();
  }

  /** A 32-bit number within bounds, both included. */
  public int i32(String field, int least, int most) throws MalformedFrameException {
    int value = i32(field);
    if (value < least || value > most) {
      throw new MalformedFrameException(
          field + " is " + value + ", allowed are " + least + " to " + most);
    }
    return value;
  }

  /** Bytes behind a 32-bit length of at most {@code most}. */
  public byte[] bytes(String field, int most) throws MalformedFrameException {
    int length = i32(field, 0, most);
    return fixed(field, length);
  }

  /** Exactly this many bytes. */
  public byte[] fixed(String field, int length) throws MalformedFrameException {
    need(length, field);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** UTF-8 behind a 32-bit length of at most {@code most} bytes. */
  public String string(String field, int most) throws MalformedFrameException {
    byte[] bytes = bytes(field, most);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedFrameException(field + " is not UTF-8");
    }
  }

  public int remaining() {
    return in.remaining();
  }

  /** Ends the reading: bytes left over are an error. */
  public void end() throws MalformedFrameException {
    if (in.hasRemaining()) {
      throw new MalformedFrameException(in.remaining() + " bytes too many");
    }
  }

  private void need(int bytes, String field) throws MalformedFrameException {
    if (bytes < 0 || in.remaining() < bytes) {
      throw new MalformedFrameException(
          field + " needs " + bytes + " bytes, " + in.remaining() + " are left");
    }
  }
}
