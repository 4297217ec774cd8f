// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.TicketKind;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.MemoryRight;
import org.portunus.system.xpc.PortRight;
import org.portunus.system.xpc.ServiceType;

/**
 * Builds the body of one message: bytes, the descriptors that travel with it, and the objects that
 * it exports. docs/protocol/values.md has the encoding.
 *
 * <p>One message is: (constructed or given back), written by generated code, read by the connection
 * ({@link #array}, {@link #length}, {@link #descriptors}, {@link #descriptorCount}), {@link #sent}
 * once its last frame is in the socket, {@link #close}. Whoever asked for the encoder closes it,
 * exactly once: the proxy for {@link Peer#request}, the connection for the reply it gives to {@link
 * Dispatcher#dispatch}. Close ends the uses of the descriptors, takes exports back that were not
 * sent, empties the encoder for the next message, and hands it to the recycler.
 *
 * <p>Not for several threads at once. No garbage once the array has grown.
 */
public final class Encoder implements AutoCloseable {
  /** Open records, lists and maps, one inside the other. */
  public static final int MAX_DEPTH = 32;

  private static final int FIRST_CAPACITY = 512;
  private static final int KEPT_CAPACITY = 256 * 1024;
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Peer peer;
  private final int limit;
  private final Consumer<? super Encoder> recycler;
  private final OutboundRights rights = new OutboundRights();
  private byte[] bytes;
  private int[] exports = new int[4];
  private int length;
  private int depth;
  private int exportCount;
  private Giving giving = Giving.LENT;

  private enum Giving {
    LENT,
    GIVEN
  }

  /**
   * @param peer where the message goes
   * @param limit the longest body, bytes
   */
  public Encoder(Peer peer, int limit) {
    this(peer, limit, encoder -> {});
  }

  /**
   * @param recycler is given this encoder, empty, at each {@link #close}
   */
  public Encoder(Peer peer, int limit, Consumer<? super Encoder> recycler) {
    this.peer = peer;
    this.limit = limit;
    this.bytes = new byte[Math.min(limit, FIRST_CAPACITY)];
    this.recycler = recycler;
  }

  // For the connection.

  /** Where the message goes, as the constructor got it. */
  public Peer peer() {
    return peer;
  }

  /** The body's bytes are the first {@link #length}; the next write may replace the array. */
  public byte[] array() {
    return bytes;
  }

  public int length() {
    return length;
  }

  /** The rights that travel with it. */
  public OutboundRights rights() {
    return rights;
  }

  /** Numbers of open descriptors, in order; the first {@link #descriptorCount} count. */
  public int[] descriptors() {
    return rights.descriptors();
  }

  public int descriptorCount() {
    return rights.descriptorCount();
  }

  /** The whole message was sent: its exports, and the rights that move, are the peer's now. */
  public void sent() {
    rights.sent();
    exportCount = 0;
  }

  /** Drops what was written, as if the encoder were new: before an error takes a reply's place. */
  public void clear() {
    rights.clear();
    while (exportCount > 0) {
      peer.retract(exports[--exportCount]);
    }
    length = 0;
    depth = 0;
    giving = Giving.LENT;
    if (bytes.length > KEPT_CAPACITY) {
      bytes = new byte[Math.min(limit, FIRST_CAPACITY)];
    }
  }

  @Override
  public void close() {
    clear();
    recycler.accept(this);
  }

  // For generated code.

  /** Rights written from here on are given away: they are closed once the message is done with. */
  public void giveRights() {
    giving = Giving.GIVEN;
  }

  public void putBoolean(boolean value) {
    int at = room(1);
    bytes[at] = (byte) (value ? 1 : 0);
  }

  public void putByte(byte value) {
    int at = room(1);
    bytes[at] = value;
  }

  public void putShort(short value) {
    int at = room(2);
    SHORT.set(bytes, at, value);
  }

  public void putInt(int value) {
    int at = room(4);
    INT.set(bytes, at, value);
  }

  public void putLong(long value) {
    int at = room(8);
    LONG.set(bytes, at, value);
  }

  public void putFloat(float value) {
    putInt(Float.floatToRawIntBits(value));
  }

  public void putDouble(double value) {
    putLong(Double.doubleToRawLongBits(value));
  }

  /** The ordinal of an enum constant, the number of a case or of an outcome. */
  public void putNumber(int value) {
    putShort((short) value);
  }

  /**
   * @throws IllegalArgumentException for a surrogate without its pair, which UTF-8 can't say
   */
  public void putString(String value) {
    int chars = value.length();
    int head = room(4);
    int start = length;
    for (int i = 0; i < chars; i++) {
      char c = value.charAt(i);
      if (c < 0x80) {
        int at = room(1);
        bytes[at] = (byte) c;
      } else if (Character.isSurrogate(c)) {
        putPair(value, i++);
      } else {
        putWide(c);
      }
    }
    INT.set(bytes, head, length - start);
  }

  private void putWide(char c) {
    if (c < 0x800) {
      int at = room(2);
      bytes[at] = (byte) (0xC0 | c >> 6);
      bytes[at + 1] = trail(c);
    } else {
      int at = room(3);
      bytes[at] = (byte) (0xE0 | c >> 12);
      bytes[at + 1] = trail(c >> 6);
      bytes[at + 2] = trail(c);
    }
  }

  private void putPair(String value, int index) {
    int point = value.codePointAt(index);
    if (point < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
      throw new IllegalArgumentException(
          "the string has a surrogate without its pair at index " + index);
    }
    int at = room(4);
    bytes[at] = (byte) (0xF0 | point >> 18);
    bytes[at + 1] = trail(point >> 12);
    bytes[at + 2] = trail(point >> 6);
    bytes[at + 3] = trail(point);
  }

  private static byte trail(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }

  public void putBytes(byte[] value) {
    putInt(value.length);
    int at = room(value.length);
    System.arraycopy(value, 0, bytes, at, value.length);
  }

  public void putInstant(Instant value) {
    putLong(value.getEpochSecond());
    putInt(value.getNano());
  }

  public void putUuid(UUID value) {
    putLong(value.getMostSignificantBits());
    putLong(value.getLeastSignificantBits());
  }

  /** The caller keeps the right; it can't go away before {@link #close}. */
  public void putFileRight(FileRight right) {
    checkRights();
    Optional<FileRight> copy = peer.copyToSend(right);
    if (copy.isPresent() && isGiven()) {
      right.close();
    }
    putHeld(TicketKind.FILE, copy.orElse(right).held(), isGiven() || copy.isPresent());
  }

  /** As {@link #putFileRight}. */
  public void putMemoryRight(MemoryRight right) {
    checkRights();
    putHeld(TicketKind.MEMORY, right.held(), isGiven());
  }

  /** As {@link #putFileRight}; a right that moves is the peer's once the message was sent. */
  public void putPortRight(PortRight right) {
    checkRights();
    Disposition disposition = right.travels();
    putShort((short) rights.count());
    PortName _ = right.held().hold();
    rights.addPort(
        right.held(), disposition, isGiven() && disposition != Disposition.MAKE_SEND_ONCE);
  }

  private boolean isGiven() {
    return giving == Giving.GIVEN;
  }

  private void checkRights() {
    if (rights.isFull()) {
      throw new PortunusException(
          ErrorCode.LIMIT_DESCRIPTORS,
          "a message carries at most " + KernelFrame.MAX_DESCRIPTORS + " rights");
    }
  }

  private void putHeld(TicketKind kind, HeldDescriptor travelling, boolean own) {
    putShort((short) rights.count());
    rights.add(kind, travelling, travelling.hold().raw(), own);
  }

  /** Exports the object to the peer. */
  public <T> void putReference(ServiceType<T> type, T implementation) {
    int at = room(4);
    int object = peer.export(type, implementation);
    if (exportCount == exports.length) {
      exports = Arrays.copyOf(exports, exportCount * 2);
    }
    exports[exportCount++] = object;
    INT.set(bytes, at, object);
  }

  /** Begins a record, whose size {@link #endRecord} fills in. */
  public int beginRecord() {
    enter();
    return room(4);
  }

  public void endRecord(int mark) {
    INT.set(bytes, mark, length - mark - 4);
    depth--;
  }

  /** Begins a list or a map, whose count {@link #endList} fills in. */
  public int beginList() {
    enter();
    return room(4);
  }

  public void endList(int mark, int count) {
    INT.set(bytes, mark, count);
    depth--;
  }

  private void enter() {
    if (depth == MAX_DEPTH) {
      throw new PortunusException(
          ErrorCode.LIMIT_DEPTH,
          "records, lists and maps may be nested " + MAX_DEPTH + " deep, not more");
    }
    depth++;
  }

  /** Makes room and moves on; the index of the first byte. */
  private int room(int count) {
    int at = length;
    if (count > bytes.length - at) {
      grow(count);
    }
    length = at + count;
    return at;
  }

  private void grow(int count) {
    if (count > limit - length) {
      throw new PortunusException(
          ErrorCode.LIMIT_MESSAGE, "the body has more than " + limit + " bytes");
    }
    int size = (int) Math.min(limit, Math.max(2L * bytes.length, (long) length + count));
    bytes = Arrays.copyOf(bytes, size);
  }
}
