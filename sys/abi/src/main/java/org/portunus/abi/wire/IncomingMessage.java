// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.List;
import java.util.Optional;

/**
 * Body of the reply to {@link KernelOperation#MESSAGE_RECEIVE}: a Mach message as its receiver gets
 * it. File descriptors that travel with it are attached to the frame, but for out-of-line memory:
 * that, auxiliary data and guarded ports are for who receives with options.
 *
 * <pre>
 *   i32 local name: the port it was received on
 *   u8  1 if a reply right follows: i32 name, u8 kind (MOVE_SEND or MOVE_SEND_ONCE)
 *   i32 message id
 *   i32 sequence number of the port
 *   u16 port descriptors, each: i32 name, u8 kind
 *   u32 length, inline data
 *   sender's audit token
 * </pre>
 */
public record IncomingMessage(
    int local,
    Optional<PortDescriptor> reply,
    int id,
    int sequenceNumber,
    List<PortDescriptor> ports,
    byte[] data,
    AuditToken sender) {

  public byte[] toBytes() {
    WireWriter out = new WireWriter();
    out.i32(local).u8(reply.isPresent() ? 1 : 0);
    reply.ifPresent(right -> out.i32(right.name()).u8(right.disposition().number()));
    out.i32(id).i32(sequenceNumber);
    PortDescriptor.writeAll(ports, out);
    out.bytes(data);
    sender.write(out);
    return out.toBytes();
  }

  public static IncomingMessage read(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    int local = in.i32("local name");
    Optional<PortDescriptor> reply = Optional.empty();
    if (in.u8("reply present") == 1) {
      int name = in.i32("reply");
      reply = Optional.of(new PortDescriptor(name, PortDescriptor.disposition(in, "reply kind")));
    }
    int id = in.i32("id");
    int sequence = in.i32("sequence number");
    List<PortDescriptor> ports = PortDescriptor.readAll(in, PortDescriptor.MOST_PORTS);
    byte[] data = in.bytes("data", OutgoingMessage.MAX_DATA);
    AuditToken sender = AuditToken.read(in);
    in.end();
    return new IncomingMessage(local, reply, id, sequence, ports, data, sender);
  }
}
