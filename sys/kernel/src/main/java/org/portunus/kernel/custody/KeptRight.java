// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.custody;

import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.TicketKind;
import org.portunus.kernel.object.CarriedRight;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;

/** A right that the kernel keeps for whoever has its ticket. */
public sealed interface KeptRight {
  Ticket ticket();

  /** A descriptor that a task sent. */
  record File(Ticket ticket, Descriptor descriptor) implements KeptRight {}

  /** A right to a port. */
  record OfPort(Ticket ticket, CarriedRight right) implements KeptRight {}

  /** What was no right of its kind, or found no room: who redeems it is told so. */
  record Refused(Ticket ticket, ErrorCode code, String why) implements KeptRight {}

  /** Why a descriptor is no right of its kind, as far as the kernel looks; empty if it is one. */
  static String refusalOf(TicketKind kind, Descriptor descriptor) {
    int flags = descriptor.statusFlags();
    if (flags < 0 || (flags & OpenFlag.PATH) != 0) {
      return "the descriptor is no open file";
    }
    int seals = MemoryFile.sealBits(descriptor.raw());
    boolean sealed = seals >= 0 && (seals & MemoryFile.FULLY_SEALED) == MemoryFile.FULLY_SEALED;
    boolean readOnly = (flags & OpenFlag.ACCESS_MODE) == OpenFlag.READ_ONLY;
    return switch (kind) {
      case FILE -> readOnly || sealed ? "" : "open for writing, and not fully sealed";
      case MEMORY -> sealed ? "" : "not sealed against every change";
      case PORT -> throw new IllegalArgumentException("a port has no descriptor");
    };
  }
}
