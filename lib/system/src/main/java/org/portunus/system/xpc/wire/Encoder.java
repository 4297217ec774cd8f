// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
 * ({@link #copy}, {@link #length}, {@link #descriptors}, {@link #descriptorCount}), {@link #sent}
 * once its last frame is in the socket, {@link #close}. Whoever asked for the encoder closes it,
 * exactly once: the proxy for {@link Peer#request}, the connection for the reply it gives to {@link
 * Dispatcher#dispatch}. Close ends the uses of the descriptors, takes exports back that were not
 * sent, empties the encoder for the next message, and hands it to the recycler.
 *
 * <p>Long byte data of a message that is sent before its maker goes on is not copied here: the
 * encoder keeps where it is, and {@link #copy} takes it from there.
 *
 * <p>Not for several threads at once. No garbage once the array has grown.
 */
public final class Encoder implements AutoCloseable {
  /** Open records, lists and maps, one inside the other. */
  public static final int MAX_DEPTH = 32;

  private static final int FIRST_CAPACITY = 512;
  private static final int KEPT_CAPACITY = 256 * 1024;
  private static final int LEAST_LENT = 4096;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
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
  // Byte data that stands elsewhere: the first so many, where each belongs in the array, and how
  // many bytes all have; and how many they had where each open record began.
  private final LongData longData;
  private @Nullable MemorySegment[] lent = new @Nullable MemorySegment[2];
  private int[] lentAt = new int[2];
  private int lentCount;
  private int lentBytes;
  private final int[] lentBefore = new int[MAX_DEPTH];

  private enum Giving {
    LENT,
    GIVEN
  }

  /** What becomes of long byte data. */
  public enum LongData {
    /** It is copied when it is put. */
    COPIED,
    /** It is left where it is until {@link Encoder#close}. */
    LENT
  }

  /**
   * @param peer where the message goes
   * @param limit the longest body, bytes
   */
  public Encoder(Peer peer, int limit) {
    this(peer, limit, LongData.COPIED, encoder -> {});
  }

  /**
   * @param longData LENT if whoever puts some waits until it is sent
   * @param recycler is given this encoder, empty, at each {@link #close}
   */
  public Encoder(Peer peer, int limit, LongData longData, Consumer<? super Encoder> recycler) {
    this.peer = peer;
    this.longData = longData;
    this.limit = limit;
    this.bytes = new byte[Math.min(limit, FIRST_CAPACITY)];
    this.recycler = recycler;
  }

  // For the connection.

  /** Where the message goes, as the constructor got it. */
  public Peer peer() {
    return peer;
  }

  /** Bytes of the body. */
  public int length() {
    return length + lentBytes;
  }

  /** As {@link #copy(int, MemorySegment, long, int)}. */
  public void copy(int from, byte[] into, int at, int count) {
    if (lentCount == 0) {
      System.arraycopy(bytes, from, into, at, count);
    } else {
      copy(from, MemorySegment.ofArray(into), at, count);
    }
  }

  /**
   * Copies {@code count} bytes of the body, from this one on.
   *
   * @throws IllegalStateException when memory that was put is there no more
   */
  public void copy(int from, MemorySegment into, long at, int count) {
    int end = from + count;
    // Where in the body what follows begins, and where in the array.
    int position = 0;
    int own = 0;
    for (int i = 0; i <= lentCount && position < end; i++) {
      int next = i < lentCount ? lentAt[i] : length;
      int first = Math.max(from, position);
      int last = Math.min(end, position + next - own);
      if (first < last) {
        MemorySegment.copy(
            bytes, own + first - position, into, BYTE, at + first - from, last - first);
      }
      position += next - own;
      own = next;
      MemorySegment data = i < lentCount ? lent[i] : null;
      if (data != null) {
        first = Math.max(from, position);
        last = (int) Math.min(end, position + data.byteSize());
        if (first < last) {
          MemorySegment.copy(data, first - position, into, at + first - from, last - first);
        }
        position += (int) data.byteSize();
      }
    }
  }

  /** Bytes that the array takes. */
  int capacity() {
    return bytes.length;
  }

  /** A copy of the body. */
  public byte[] toBytes() {
    byte[] body = new byte[length()];
    copy(0, body, 0, body.length);
    return body;
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
    if (lentCount > 0) {
      Arrays.fill(lent, null);
      lentCount = 0;
      lentBytes = 0;
    }
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

  /** What the body has no room for travels in memory of its own, if there is much of it. */
  public void putBytes(byte[] value) {
    if (isLarge(value.length)) {
      putLarge(MemorySegment.ofArray(value));
      return;
    }
    putInt(value.length);
    if (isLent(value.length)) {
      lend(MemorySegment.ofArray(value));
    } else {
      int at = room(value.length);
      System.arraycopy(value, 0, bytes, at, value.length);
    }
  }

  /** What is in the memory now; its scope is alive until {@link #close}, or the copy fails. */
  public void putSegment(MemorySegment value) {
    if (isLarge(value.byteSize())) {
      putLarge(value);
      return;
    }
    if (value.byteSize() > limit) {
      throw tooLong();
    }
    int size = (int) value.byteSize();
    putInt(size);
    if (isLent(size)) {
      lend(value);
    } else {
      int at = room(size);
      MemorySegment.copy(value, BYTE, 0, bytes, at, size);
    }
  }

  private boolean isLarge(long size) {
    return size >= LargeData.LEAST && size > limit - length() - 4;
  }

  private void putLarge(MemorySegment data) {
    checkRights();
    putInt(LargeData.MARK);
    putHeld(TicketKind.MEMORY, LargeData.store(data).held(), true);
  }

  private boolean isLent(int size) {
    return size >= LEAST_LENT && longData == LongData.LENT;
  }

  private void lend(MemorySegment data) {
    if (data.byteSize() > limit - length()) {
      throw tooLong();
    }
    if (lentCount == lentAt.length) {
      lent = Arrays.copyOf(lent, lentCount * 2);
      lentAt = Arrays.copyOf(lentAt, lentCount * 2);
    }
    lent[lentCount] = data;
    lentAt[lentCount++] = length;
    lentBytes += (int) data.byteSize();
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
    lentBefore[depth - 1] = lentBytes;
    return room(4);
  }

  public void endRecord(int mark) {
    depth--;
    INT.set(bytes, mark, length - mark - 4 + lentBytes - lentBefore[depth]);
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
    if (count > bytes.length - at || lentBytes > limit - count - at) {
      grow(count);
    }
    length = at + count;
    return at;
  }

  private PortunusException tooLong() {
    return new PortunusException(
        ErrorCode.LIMIT_MESSAGE, "the body has more than " + limit + " bytes");
  }

  private void grow(int count) {
    if (count > limit - length()) {
      throw tooLong();
    }
    int size = (int) Math.min(limit, Math.max(2L * bytes.length, (long) length + count));
    bytes = Arrays.copyOf(bytes, size);
  }
}
