// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.mach.Disposition;

/**
 * A port right in a message: the sender's name and what becomes of it, or the receiver's name and
 * the kind that arrived (MOVE_RECEIVE, MOVE_SEND or MOVE_SEND_ONCE).
 */
public record PortDescriptor(int name, Disposition disposition) {
  /** Most port rights of one message on a kernel socket. */
  public static final int MAX_PORTS = 256;

  /** Writes u16 count, then i32 name and u8 disposition of each. */
  public static void writeAll(List<PortDescriptor> ports, WireWriter out) {
    out.u16(ports.size());
    ports.forEach(port -> out.i32(port.name()).u8(port.disposition().number()));
  }

  public static List<PortDescriptor> readAll(WireReader in) throws MalformedFrameException {
    int count = in.u16("port descriptors");
    if (count > MAX_PORTS) {
      throw new MalformedFrameException(count + " port descriptors, at most " + MAX_PORTS);
    }
    List<PortDescriptor> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int name = in.i32("port name");
      ports.add(new PortDescriptor(name, disposition(in, "disposition")));
    }
    return List.copyOf(ports);
  }

  /** A disposition on the wire. */
  public static Disposition disposition(WireReader in, String field)
      throws MalformedFrameException {
    int number = in.u8(field);
    return Disposition.of(number)
        .orElseThrow(() -> new MalformedFrameException(field + " is " + number));
  }
}
