// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.wire.TicketKind;
import org.portunus.linux.file.Descriptor;

/** A right that came with a message, not yet looked at. */
public sealed interface InboundRight {
  /**
   * A descriptor.
   *
   * @param kind what it was deposited as; empty if it came without a ticket
   */
  record OfDescriptor(Descriptor descriptor, Optional<TicketKind> kind) implements InboundRight {
    @Override
    public void drop() {
      descriptor.close();
    }
  }

  /** A right to a port, under a name of this task's. */
  record OfPort(HeldPort port) implements InboundRight {
    @Override
    public void drop() {
      port.close();
    }
  }

  /** Nobody wants it. */
  void drop();

  /** Descriptors that came without tickets. */
  static List<InboundRight> of(List<Descriptor> descriptors) {
    return descriptors.isEmpty()
        ? List.of()
        : descriptors.stream()
            .<InboundRight>map(descriptor -> new OfDescriptor(descriptor, Optional.empty()))
            .toList();
  }
}
