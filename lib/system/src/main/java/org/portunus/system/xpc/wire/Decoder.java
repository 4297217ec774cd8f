// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.TicketKind;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.MemoryRight;
import org.portunus.system.xpc.PortRight;
import org.portunus.system.xpc.ServiceType;

/**
 * Reads the body of one message, strictly. Every deviation is a {@link PortunusException} with code
 * DECODE (RIGHT_REFUSED for a descriptor that is no right of its kind) and the path of the field.
 *
 * <p>One message is: {@link #begin} by the connection, read by generated code, {@link #end}, {@link
 * #close}. Close closes every descriptor that was not read, every right that was read and that
 * nobody kept, and what was lent; then it hands the decoder to the recycler. Whoever got the
 * decoder closes it, exactly once: the proxy for {@link Peer#call}, the connection for the
 * arguments it gives to {@link Dispatcher#dispatch}.
 *
 * <p>Not for several threads at once. Allocates what it returns and nothing else.
 */
public final class Decoder implements AutoCloseable {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final byte[] NOTHING = {};
  private static final int NO_INDEX = -1;

  private final Peer peer;
  private final Consumer<? super Decoder> recycler;
  private final @Nullable InboundRight[] rights =
      new @Nullable InboundRight[KernelFrame.MAX_DESCRIPTORS];
  private final @Nullable HeldRight[] handedOut =
      new @Nullable HeldRight[KernelFrame.MAX_DESCRIPTORS];
  private final String[] names = new String[Encoder.MAX_DEPTH];
  private final int[] indexes = new int[Encoder.MAX_DEPTH];
  private byte[] bytes = NOTHING;
  private int position;
  private int limit;
  private int depth;
  private int rightCount;
  private int taken;
  private boolean ended;
  private final LentMemory lent = new LentMemory();
  private @Nullable RightRoom room;

  /**
   * @param peer whose objects references are adopted
   */
  public Decoder(Peer peer) {
    this(peer, decoder -> {});
  }

  /**
   * @param recycler is given this decoder, empty, at each {@link #close}
   */
  public Decoder(Peer peer, Consumer<? super Decoder> recycler) {
    this.peer = peer;
    this.recycler = recycler;
    Arrays.fill(names, "");
  }

  // For the connection.

  /**
   * Takes a message whose rights came as descriptors.
   *
   * @param bytes a private copy, which nobody changes before {@link #close}
   * @param descriptors become the decoder's; at most 16
   * @throws IllegalArgumentException for a range outside the array or too many descriptors, which
   *     are closed
   */
  public Decoder begin(byte[] bytes, int offset, int length, List<Descriptor> descriptors) {
    return beginWithRights(bytes, offset, length, InboundRight.of(descriptors));
  }

  /** Counts those rights of this message in the room that the implementation keeps. */
  public Decoder keptIn(RightRoom newRoom) {
    room = newRoom;
    return this;
  }

  /** As {@link #begin}, with rights of any kind, which become the decoder's. */
  public Decoder beginWithRights(byte[] bytes, int offset, int length, List<InboundRight> rights) {
    if (offset < 0
        || length < 0
        || length > bytes.length - offset
        || rights.size() > this.rights.length) {
      rights.forEach(InboundRight::drop);
      throw new IllegalArgumentException(
          "range of %d at %d in %d bytes, %d rights"
              .formatted(length, offset, bytes.length, rights.size()));
    }
    this.bytes = bytes;
    position = offset;
    limit = offset + length;
    depth = 0;
    taken = 0;
    ended = false;
    rightCount = rights.size();
    for (int i = 0; i < rightCount; i++) {
      this.rights[i] = rights.get(i);
    }
    return this;
  }

  /**
   * Whether the message was read to its end without an error. If not, a failure of the reader is
   * the sender's fault; after it, the receiver's.
   */
  public boolean isEnded() {
    return ended;
  }

  @Override
  public void close() {
    for (int i = 0; i < rightCount; i++) {
      InboundRight unread = rights[i];
      HeldRight right = handedOut[i];
      rights[i] = null;
      handedOut[i] = null;
      if (right != null) {
        if (!right.isKept()) {
          right.close();
        } else if (room != null) {
          right.countIn(room);
        }
      } else if (unread != null) {
        unread.drop();
      }
    }
    lent.end();
    rightCount = 0;
    room = null;
    bytes = NOTHING;
    position = 0;
    limit = 0;
    recycler.accept(this);
  }

  // For generated code. The name of each read is that of the parameter or component.

  /** The message ends here: no byte and no descriptor is left. */
  public void end() {
    if (position != limit) {
      throw refused("", (limit - position) + " bytes too many");
    }
    if (taken != rightCount && !peer.hasOtherVersion()) {
      throw refused("", (rightCount - taken) + " descriptors too many");
    }
    ended = true;
  }

  /** As {@link #end}, and the rights are the caller's: {@link #close} leaves them open. */
  public void endResult() {
    end();
    for (int i = 0; i < rightCount; i++) {
      HeldRight right = handedOut[i];
      if (right != null) {
        right.keep();
      }
    }
  }

  public boolean readBoolean(String name) {
    byte value = bytes[need(1, name)];
    if (value != 0 && value != 1) {
      throw refused(name, "a boolean is 0 or 1, not " + (value & 0xff));
    }
    return value == 1;
  }

  public byte readByte(String name) {
    return bytes[need(1, name)];
  }

  public short readShort(String name) {
    return (short) SHORT.get(bytes, need(2, name));
  }

  public int readInt(String name) {
    return (int) INT.get(bytes, need(4, name));
  }

  public long readLong(String name) {
    return (long) LONG.get(bytes, need(8, name));
  }

  public float readFloat(String name) {
    return Float.intBitsToFloat(readInt(name));
  }

  public double readDouble(String name) {
    return Double.longBitsToDouble(readLong(name));
  }

  /**
   * The ordinal of an enum constant, the number of a case or of an outcome, below {@code count}.
   */
  public int readNumber(String name, int count) {
    int value = readShort(name) & 0xffff;
    if (value >= count) {
      throw refused(name, "number " + value + " is unknown, known are 0 to " + (count - 1));
    }
    return value;
  }

  /**
   * The same; a number beyond is UNKNOWN_VALUE where the other end has another version of the
   * interface.
   *
   * @param type what is read, for the message
   */
  public int readNumber(String name, int count, String type) {
    int value = readShort(name) & 0xffff;
    if (value >= count) {
      throw unknown(name, value, count, type);
    }
    return value;
  }

  private PortunusException unknown(String name, int value, int count, String type) {
    String reason =
        "%s has no number %d at this end, only 0 to %d".formatted(type, value, count - 1);
    return peer.hasOtherVersion()
        ? new PortunusException(
            ErrorCode.UNKNOWN_VALUE,
            path(name) + ": " + reason + "; the other end's interface is newer")
        : refused(name, reason);
  }

  public String readString(String name) {
    int length = readLength(name, 1);
    int at = need(length, name);
    for (int i = at; i < at + length; i++) {
      if (bytes[i] < 0) {
        return readWide(name, at, length);
      }
    }
    return new String(bytes, at, length, StandardCharsets.ISO_8859_1);
  }

  /** The JDK puts U+FFFD for what is malformed: without one in the result nothing was. */
  private String readWide(String name, int at, int length) {
    String value = new String(bytes, at, length, StandardCharsets.UTF_8);
    if (value.indexOf('\uFFFD') >= 0) {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes, at, length))
            .toString();
      } catch (CharacterCodingException malformed) {
        throw refused(name, "the string is not UTF-8", malformed);
      }
    }
    return value;
  }

  public byte[] readBytes(String name) {
    if (isLarge()) {
      try (Arena arena = Arena.ofConfined()) {
        return readLarge(name, arena).toArray(ValueLayout.JAVA_BYTE);
      } catch (OutOfMemoryError full) {
        throw new PortunusException(
            ErrorCode.LIMIT_MEMORY, path(name) + ": no memory for what has come", full);
      }
    }
    int length = readLength(name, 1);
    int at = need(length, name);
    return Arrays.copyOfRange(bytes, at, at + length);
  }

  /** Memory that this thread may read until {@link #close}. */
  public MemorySegment readSegment(String name) {
    if (isLarge()) {
      return readLarge(name, lent.arena());
    }
    int length = readLength(name, 1);
    return lent.copyOf(bytes, need(length, name), length);
  }

  private boolean isLarge() {
    return limit - position >= 4 && (int) INT.get(bytes, position) == LargeData.MARK;
  }

  private MemorySegment readLarge(String name, Arena arena) {
    need(4, name);
    InboundRight unread = nextRight(name);
    try {
      return LargeData.map(descriptor(unread, TicketKind.MEMORY), arena);
    } catch (PortunusException refusal) {
      throw at(name, refusal);
    }
  }

  public Instant readInstant(String name) {
    long seconds = readLong(name);
    int nanos = readInt(name);
    if (seconds < Instant.MIN.getEpochSecond()
        || seconds > Instant.MAX.getEpochSecond()
        || nanos < 0
        || nanos > 999_999_999) {
      throw refused(name, "no such instant: " + seconds + " s, " + nanos + " ns");
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  public UUID readUuid(String name) {
    long most = readLong(name);
    return new UUID(most, readLong(name));
  }

  /** The next right of the message, checked to be one to read a file. */
  public FileRight readFileRight(String name) {
    return readRight(
        name, right -> FileRight.ofDescriptor(descriptor(right, TicketKind.FILE)), FileRight::held);
  }

  /** The next right of the message, checked to be one to sealed memory. */
  public MemoryRight readMemoryRight(String name) {
    return readRight(
        name,
        right -> MemoryRight.ofDescriptor(descriptor(right, TicketKind.MEMORY)),
        MemoryRight::held);
  }

  /** The next right of the message, checked to be one to a port. */
  public PortRight readPortRight(String name) {
    return readRight(name, right -> PortRight.of(port(right)), PortRight::held);
  }

  private static Descriptor descriptor(InboundRight right, TicketKind kind) {
    if (right instanceof InboundRight.OfDescriptor file
        && file.kind().map(deposited -> deposited == kind).orElse(true)) {
      return file.descriptor();
    }
    right.drop();
    throw new PortunusException(ErrorCode.RIGHT_REFUSED, "the right is of another kind");
  }

  private static HeldPort port(InboundRight right) {
    if (right instanceof InboundRight.OfPort port) {
      return port.port();
    }
    right.drop();
    throw new PortunusException(ErrorCode.RIGHT_REFUSED, "the right is of another kind");
  }

  private <R> R readRight(
      String name, Function<InboundRight, R> check, Function<R, ? extends HeldRight> held) {
    InboundRight unread = nextRight(name);
    try {
      R right = check.apply(unread);
      handedOut[taken - 1] = held.apply(right);
      return right;
    } catch (PortunusException refusal) {
      throw at(name, refusal);
    }
  }

  private PortunusException at(String name, PortunusException refusal) {
    return new PortunusException(refusal.code(), path(name) + ": " + refusal.getMessage(), refusal);
  }

  /** Takes it out: it is the caller's. */
  private InboundRight nextRight(String name) {
    int index = readShort(name) & 0xffff;
    boolean next = index == taken || (index > taken && peer.hasOtherVersion());
    if (!next || index >= rightCount) {
      throw refused(
          name, "descriptor " + index + " of " + rightCount + ", the next unused is " + taken);
    }
    InboundRight unread = rights[index];
    if (unread == null) {
      throw new IllegalStateException("right " + index + " is gone");
    }
    rights[index] = null;
    taken = index + 1;
    return unread;
  }

  public <T> T readReference(ServiceType<T> type, String name) {
    return peer.adopt(type, readInt(name));
  }

  /** Begins a record; the result goes to {@link #endRecord}. */
  public int beginRecord(String name) {
    enter(name, NO_INDEX);
    int size = readLength("", 1);
    int outer = limit;
    limit = position + size;
    return outer;
  }

  /** Whether the other end's older record ends here, before components that this end has. */
  public boolean isAbsent() {
    return position == limit && peer.hasOtherVersion();
  }

  /** Ends the record; what a newer one has beyond is left out. */
  public void endRecord(int outer) {
    if (position != limit) {
      if (!peer.hasOtherVersion()) {
        throw refused("", (limit - position) + " bytes too many in the record");
      }
      position = limit;
    }
    limit = outer;
    depth--;
  }

  /**
   * Begins a list or a map.
   *
   * @param least the fewest bytes of an element
   * @return how many elements follow; their bytes are there
   */
  public int beginList(String name, int least) {
    int count = readLength(name, least);
    enter(name, 0);
    return count;
  }

  /** The element that comes next, for the path in messages. */
  public void element(int index) {
    indexes[depth - 1] = index;
  }

  public void endList() {
    depth--;
  }

  /** To be thrown for a value that does not fit its type. */
  public PortunusException refused(String name, String reason) {
    return new PortunusException(ErrorCode.DECODE, path(name) + ": " + reason);
  }

  /** To be thrown when the constructor of a record or of an exception refuses the components. */
  public PortunusException refused(String name, String reason, Throwable cause) {
    return new PortunusException(ErrorCode.DECODE, path(name) + ": " + reason, cause);
  }

  private int readLength(String name, int least) {
    int length = readInt(name);
    if (length < 0 || length > (limit - position) / least) {
      throw refused(
          name,
          "%d declared, %d bytes are left"
              .formatted(Integer.toUnsignedLong(length), limit - position));
    }
    return length;
  }

  private void enter(String name, int index) {
    if (depth == Encoder.MAX_DEPTH) {
      throw refused(name, "nested more than " + Encoder.MAX_DEPTH + " deep");
    }
    names[depth] = name;
    indexes[depth] = index;
    depth++;
  }

  /** Checks that the bytes are there and moves on; the index of the first. */
  private int need(int count, String name) {
    int at = position;
    if (count > limit - at) {
      throw refused(name, count + " bytes are needed, " + (limit - at) + " are left");
    }
    position = at + count;
    return at;
  }

  private String path(String name) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      append(path, names[i]);
      if (indexes[i] != NO_INDEX) {
        path.append('[').append(indexes[i]).append(']');
      }
    }
    append(path, name);
    return path.isEmpty() ? "message" : path.toString();
  }

  private static void append(StringBuilder path, String name) {
    if (!name.isEmpty()) {
      path.append(path.isEmpty() ? "" : ".").append(name);
    }
  }
}
