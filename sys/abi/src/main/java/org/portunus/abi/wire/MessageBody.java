// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * How the rights and the memory of a message are described, and the data beside it.
 *
 * <pre>
 *   u16 descriptors, each: u8 type, then
 *       0 port             nothing: the next right
 *       1 memory           i64 size, u8 1 if deallocated: the next file descriptor, if size &gt; 0
 *       2 ports            i32 count, u8 1 if deallocated: the next rights
 *       3 volatile memory  as 1
 *       4 guarded port     i32 flags, i64 context: the next right
 *   u32 length, auxiliary data
 * </pre>
 *
 * @param parts empty if every right is a port descriptor and there is no memory
 */
public record MessageBody(List<MessagePart> parts, byte[] auxiliary) {
  /** Nothing but port descriptors. */
  public static final MessageBody PLAIN = new MessageBody(List.of(), new byte[0]);

  /** Most descriptors. */
  public static final int MAX_PARTS = 256;

  /** Most auxiliary data that a message may have, in bytes: MACH_MSGV_MAX_AUX_SIZE's data. */
  public static final int MAX_AUXILIARY = 1024;

  private static final int MOST_READ = 8 * MAX_AUXILIARY;
  private static final int HEADER = 24;
  private static final int COUNT = 4;
  private static final int PORT_BYTES = new MessagePart.Port().bytes();
  private static final int ALIGNMENT = 4;

  /** With these descriptors and no auxiliary data. */
  public static MessageBody of(MessagePart... parts) {
    return new MessageBody(List.of(parts), new byte[0]);
  }

  public boolean isPlain() {
    return parts.isEmpty() && auxiliary.length == 0;
  }

  /** How many rights the descriptors describe. */
  public int rights() {
    long rights = parts.stream().mapToLong(MessagePart::rights).sum();
    return (int) Math.min(rights, Integer.MAX_VALUE);
  }

  /** How many memory objects travel with it. */
  public int memories() {
    return (int) parts.stream().filter(MessageBody::hasMemory).count();
  }

  /** The descriptors of the memory objects that travel with it, in their order. */
  public List<MessagePart> memoryParts() {
    return parts.stream().filter(MessageBody::hasMemory).toList();
  }

  /** Whether a file descriptor belongs to it. */
  public static boolean hasMemory(MessagePart part) {
    return switch (part) {
      case MessagePart.Memory memory -> memory.size() > 0;
      case MessagePart.VolatileMemory memory -> memory.size() > 0;
      case MessagePart.Port _, MessagePart.Ports _, MessagePart.Guarded _ -> false;
    };
  }

  /** Size of the message as XNU counts it, without its trailer: header, descriptors, data. */
  public int size(int rights, int data) {
    int described =
        parts.isEmpty() ? rights * PORT_BYTES : parts.stream().mapToInt(MessagePart::bytes).sum();
    int complex = rights == 0 && parts.isEmpty() ? 0 : COUNT;
    return HEADER + complex + described + Math.ceilDiv(data, ALIGNMENT) * ALIGNMENT;
  }

  void write(WireWriter out) {
    out.u16(parts.size());
    for (MessagePart part : parts) {
      out.u8(part.type());
      switch (part) {
        case MessagePart.Port _ -> {}
        case MessagePart.Memory memory -> out.i64(memory.size()).u8(memory.deallocate() ? 1 : 0);
        case MessagePart.VolatileMemory memory ->
            out.i64(memory.size()).u8(memory.deallocate() ? 1 : 0);
        case MessagePart.Ports ports -> out.i32(ports.count()).u8(ports.deallocate() ? 1 : 0);
        case MessagePart.Guarded guarded -> out.i32(guarded.flags()).i64(guarded.context());
      }
    }
    out.bytes(auxiliary);
  }

  /**
   * Reads one.
   *
   * @param rights how many the message has: as many as are described, if there are descriptors
   */
  static MessageBody read(WireReader in, int rights) throws MalformedFrameException {
    int count = in.u16("descriptors");
    if (count > MAX_PARTS) {
      throw new MalformedFrameException(count + " descriptors, at most " + MAX_PARTS);
    }
    List<MessagePart> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(part(in));
    }
    byte[] auxiliary = in.bytes("auxiliary data", MOST_READ);
    MessageBody body = new MessageBody(List.copyOf(parts), auxiliary);
    if (count > 0 && body.rights() != rights) {
      throw new MalformedFrameException(
          "%d rights described, %d there".formatted(body.rights(), rights));
    }
    return body;
  }

  private static long size(WireReader in) throws MalformedFrameException {
    long size = in.i64("memory size");
    if (size < 0) {
      throw new MalformedFrameException("memory of size " + size);
    }
    return size;
  }

  private static MessagePart part(WireReader in) throws MalformedFrameException {
    int type = in.u8("descriptor type");
    return switch (type) {
      case MessagePart.Port.TYPE -> new MessagePart.Port();
      case MessagePart.Memory.TYPE -> new MessagePart.Memory(size(in), in.u8("deallocate") != 0);
      case MessagePart.VolatileMemory.TYPE ->
          new MessagePart.VolatileMemory(size(in), in.u8("deallocate") != 0);
      case MessagePart.Ports.TYPE ->
          new MessagePart.Ports(
              in.i32("ports", 0, PortDescriptor.MOST_PORTS), in.u8("deallocate") != 0);
      case MessagePart.Guarded.TYPE ->
          new MessagePart.Guarded(in.i32("guard flags"), in.i64("guard"));
      default -> throw new MalformedFrameException("descriptor type is " + type);
    };
  }
}
