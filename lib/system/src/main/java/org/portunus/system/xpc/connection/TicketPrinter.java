// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.WireReader;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.process.RandomBytes;
import org.portunus.system.xpc.wire.OutboundRights;

/** Makes the tickets at the end of a frame, and reads them there. */
final class TicketPrinter {
  private static final int SECRET = 16;

  private final MemorySegment secrets = Arena.ofAuto().allocate(SECRET * Ticket.MAX, 8);

  /** Bytes of the tickets for these rights. */
  static int bytes(OutboundRights rights) {
    return rights.count() * Ticket.BYTES;
  }

  /** Writes new tickets for the rights. On the thread that sends. */
  List<Ticket> print(OutboundRights rights, byte[] frame, int at) {
    int count = rights.count();
    try {
      RandomBytes.fill(secrets.asSlice(0, (long) SECRET * count));
    } catch (LinuxException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "no random bytes", failure);
    }
    ByteBuffer out = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).position(at);
    List<Ticket> tickets = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Ticket ticket =
          new Ticket(
              rights.kind(i),
              secrets.getAtIndex(ValueLayout.JAVA_LONG, 2L * i),
              secrets.getAtIndex(ValueLayout.JAVA_LONG, 2L * i + 1));
      out.put((byte) ticket.kind().number()).putLong(ticket.high()).putLong(ticket.low());
      tickets.add(ticket);
    }
    return tickets;
  }

  /** Reads tickets that stand behind a body, in a frame that was checked. */
  static List<Ticket> read(byte[] frame, int at, int count) throws MalformedFrameException {
    return Ticket.readAll(new WireReader(ByteBuffer.wrap(frame, at, count * Ticket.BYTES)), count);
  }
}
