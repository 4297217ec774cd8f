// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.List;
import java.util.function.Consumer;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.Ticket;
import org.portunus.system.xpc.wire.InboundRight;
import org.portunus.system.xpc.wire.OutboundRights;

/**
 * Where the rights of a connection's messages are while the messages are on their way: whoever
 * sends one deposits its rights before, whoever reads it redeems them with the tickets in it.
 *
 * <p>A message's sequence is the position of its first frame in its direction, which both ends
 * know. Depositing belongs to the thread that sends; all else to any.
 */
public interface RightExchange {
  /** What became of a deposit. */
  enum Deposited {
    DONE,
    /** Nothing was deposited: too many wait, or there is no room. */
    FULL,
    /** Nothing was deposited: they can't travel now. */
    REFUSED,
    /** Nothing was deposited, and nothing ever will be. */
    ENDED
  }

  /** Whether it takes such rights at all. */
  boolean takes(OutboundRights rights);

  /** Deposits the rights, without waiting for them to arrive. */
  Deposited deposit(long sequence, OutboundRights rights, List<Ticket> tickets);

  /** The message was not sent: takes back what can't be deposited a second time. */
  void withdraw(long sequence, OutboundRights rights);

  /**
   * Takes the rights of a message; may wait, on any thread but the one that reads for others.
   *
   * @return as many as there are tickets
   * @throws PortunusException why there are none
   */
  List<InboundRight> redeem(long sequence, List<Ticket> tickets);

  /** A message that was read is dropped. Does not wait. */
  void discard(long sequence);

  /** The listener hears when the exchange has ended the connection. Before anything is sent. */
  void whenEnded(Consumer<PortunusException> listener);

  /** The connection has ended on this side. */
  void close();
}
