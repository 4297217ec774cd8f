// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.TrailerElements;

/**
 * Body of the reply to {@link KernelOperation#MESSAGE_RECEIVE_OPTIONS}: a Mach message with as much
 * of its trailer as its receiver asked for. Its memory objects are attached to the frame, in order.
 *
 * <pre>
 *   i32 local name: the port it was received on
 *   u8  1 if a reply right follows: i32 name, u8 kind (MOVE_SEND or MOVE_SEND_ONCE)
 *   i32 message id
 *   u16 port descriptors, each: i32 name, u8 kind
 *   u32 length, inline data
 *   MessageBody
 *   trailer: MessageTrailer
 * </pre>
 */
public record TrailedMessage(
    int local,
    Optional<PortDescriptor> reply,
    int id,
    List<PortDescriptor> ports,
    byte[] data,
    MessageBody body,
    MessageTrailer trailer) {

  /** The same message with a trailer of these elements. */
  public static TrailedMessage of(
      IncomingMessage message, MessageBody body, TrailerElements elements, long context) {
    return new TrailedMessage(
        message.local(),
        message.reply(),
        message.id(),
        message.ports(),
        message.data(),
        body,
        MessageTrailer.of(elements, message.sequenceNumber(), message.sender(), context));
  }

  public byte[] toBytes() {
    WireWriter out = new WireWriter();
    out.i32(local).u8(reply.isPresent() ? 1 : 0);
    reply.ifPresent(right -> out.i32(right.name()).u8(right.disposition().number()));
    out.i32(id);
    PortDescriptor.writeAll(ports, out);
    out.bytes(data);
    body.write(out);
    return out.fixed(trailer.toBytes()).toBytes();
  }

  /**
   * Reads one.
   *
   * @param elements what was asked for
   */
  public static TrailedMessage read(byte[] bytes, TrailerElements elements)
      throws MalformedFrameException {
    WireReader in = new WireReader(bytes);
    int local = in.i32("local name");
    Optional<PortDescriptor> reply = Optional.empty();
    if (in.u8("reply present") == 1) {
      int name = in.i32("reply");
      reply = Optional.of(new PortDescriptor(name, PortDescriptor.disposition(in, "reply kind")));
    }
    int id = in.i32("id");
    List<PortDescriptor> ports = PortDescriptor.readAll(in, PortDescriptor.MOST_PORTS);
    byte[] data = in.bytes("data", OutgoingMessage.MAX_DATA);
    MessageBody body = MessageBody.read(in, ports.size());
    MessageTrailer trailer = MessageTrailer.read(elements, in);
    return new TrailedMessage(local, reply, id, ports, data, body, trailer);
  }
}
