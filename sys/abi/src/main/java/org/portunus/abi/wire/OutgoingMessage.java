// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.Disposition;

/**
 * Body of {@link KernelOperation#MESSAGE_SEND}: a Mach message as its sender hands it over.
 *
 * <pre>
 *   i64 time-out in nanoseconds: -1 waits for ever, 0 not at all
 *   i32 destination, u8 disposition (MOVE_SEND, COPY_SEND, MAKE_SEND, MOVE/MAKE_SEND_ONCE)
 *   u8  1 if a reply right follows: i32 name, u8 disposition
 *   i32 message id
 *   u16 port descriptors, each: i32 name, u8 disposition
 *   u32 length, inline data
 * </pre>
 */
public record OutgoingMessage(
    long timeoutNanos,
    PortDescriptor destination,
    Optional<PortDescriptor> reply,
    int id,
    List<PortDescriptor> ports,
    byte[] data) {
  /** Most inline data of a message on a kernel socket, in bytes. */
  public static final int MAX_DATA = 48 * 1024;

  /** Waits for room in the destination's queue for ever. */
  public static final long FOR_EVER = -1;

  public byte[] toBytes() {
    WireWriter out = new WireWriter();
    write(out);
    return out.toBytes();
  }

  void write(WireWriter out) {
    out.i64(timeoutNanos);
    out.i32(destination.name()).u8(destination.disposition().number());
    out.u8(reply.isPresent() ? 1 : 0);
    reply.ifPresent(right -> out.i32(right.name()).u8(right.disposition().number()));
    out.i32(id);
    PortDescriptor.writeAll(ports, out);
    out.bytes(data);
  }

  public static OutgoingMessage read(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    OutgoingMessage message = read(in, PortDescriptor.MAX_PORTS);
    in.end();
    return message;
  }

  /** Reads one that others go before. */
  public static OutgoingMessage read(WireReader in) throws MalformedFrameException {
    return read(in, PortDescriptor.MAX_PORTS);
  }

  static OutgoingMessage read(WireReader in, int mostPorts) throws MalformedFrameException {
    long timeout = in.i64("time-out");
    int name = in.i32("destination");
    Disposition disposition = PortDescriptor.disposition(in, "destination's disposition");
    Optional<PortDescriptor> reply = Optional.empty();
    if (in.u8("reply present") == 1) {
      int replyName = in.i32("reply");
      reply =
          Optional.of(
              new PortDescriptor(replyName, PortDescriptor.disposition(in, "reply's disposition")));
    }
    int id = in.i32("id");
    List<PortDescriptor> ports = PortDescriptor.readAll(in, mostPorts);
    byte[] data = in.bytes("data", MAX_DATA);
    return new OutgoingMessage(
        timeout, new PortDescriptor(name, disposition), reply, id, ports, data);
  }
}
