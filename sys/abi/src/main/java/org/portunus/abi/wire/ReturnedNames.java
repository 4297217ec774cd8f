// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.Disposition;

/**
 * Body of the reply to {@link KernelOperation#MESSAGE_SEND_OPTIONS} when the message came back: the
 * rights in it, which its sender has again, by names that may be others. It can be sent again with
 * these. Its memory objects were never taken from the sender.
 *
 * <pre>
 *   i32 destination, u8 disposition
 *   u8  1 if a reply right follows: i32 name, u8 disposition
 *   u16 rights, each: i32 name, u8 disposition
 * </pre>
 */
public record ReturnedNames(
    PortDescriptor destination, Optional<PortDescriptor> reply, List<PortDescriptor> ports) {

  public byte[] toBytes() {
    WireWriter out = new WireWriter();
    out.i32(destination.name()).u8(destination.disposition().number());
    out.u8(reply.isPresent() ? 1 : 0);
    reply.ifPresent(right -> out.i32(right.name()).u8(right.disposition().number()));
    PortDescriptor.writeAll(ports, out);
    return out.toBytes();
  }

  public static ReturnedNames read(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    int name = in.i32("destination");
    Disposition disposition = PortDescriptor.disposition(in, "destination's disposition");
    Optional<PortDescriptor> reply = Optional.empty();
    if (in.u8("reply present") == 1) {
      int right = in.i32("reply");
      reply =
          Optional.of(
              new PortDescriptor(right, PortDescriptor.disposition(in, "reply's disposition")));
    }
    List<PortDescriptor> ports = PortDescriptor.readAll(in, PortDescriptor.MOST_PORTS);
    in.end();
    return new ReturnedNames(new PortDescriptor(name, disposition), reply, ports);
  }
}
