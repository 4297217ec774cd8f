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
  /** Most port rights of one message without options. */
  public static final int MAX_PORTS = 256;

  /** Most port rights of any message: as many as a task has names. */
  public static final int MOST_PORTS = 4096;

  /** Writes u16 count, then i32 name and u8 disposition of each. */
  public static void writeAll(List<PortDescriptor> ports, WireWriter out) {
    out.u16(ports.size());
    ports.forEach(port -> out.i32(port.name()).u8(port.disposition().number()));
  }

  public static List<PortDescriptor> readAll(WireReader in) throws MalformedFrameException {
    return readAll(in, MAX_PORTS);
  }

  /** The same, and at most so many. */
  public static List<PortDescriptor> readAll(WireReader in, int most)
      throws MalformedFrameException {
    int count = in.u16("port descriptors");
    if (count > most) {
      throw new MalformedFrameException(count + " port descriptors, at most " + most);
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
