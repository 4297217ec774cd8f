// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.List;
import org.portunus.abi.wire.Ticket;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.xpc.wire.InboundRight;

/** The rights of a message that was read: here already, or still with the exchange. */
sealed interface MessageRights {
  /** None. */
  MessageRights NONE = new Arrived(List.of());

  /** Descriptors that came along. */
  record Arrived(List<Descriptor> descriptors) implements MessageRights {
    @Override
    public boolean any() {
      return !descriptors.isEmpty();
    }

    @Override
    public List<InboundRight> take() {
      return InboundRight.of(descriptors);
    }

    @Override
    public void drop() {
      descriptors.forEach(Descriptor::close);
    }
  }

  /** Tickets, not redeemed. */
  record Waiting(RightExchange exchange, long sequence, List<Ticket> tickets)
      implements MessageRights {
    @Override
    public boolean any() {
      return true;
    }

    @Override
    public List<InboundRight> take() {
      return exchange.redeem(sequence, tickets);
    }

    @Override
    public void drop() {
      exchange.discard(sequence);
    }
  }

  /**
   * Takes them, once; may wait, so not on a thread that reads for others.
   *
   * @throws org.portunus.abi.error.PortunusException why they can't be had
   */
  List<InboundRight> take();

  /** Whether there are any. */
  boolean any();

  /** Nobody takes them. Does not wait. */
  void drop();
}
