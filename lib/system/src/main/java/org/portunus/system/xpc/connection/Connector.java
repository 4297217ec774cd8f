// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import org.portunus.abi.error.ErrorCode;

/**
 * Where a client's connection gets its transports from: the seam between connections and kernel.
 */
public interface Connector {
  /** A transport, and the number by which the kernel knows it. */
  record Connected(long connection, Transport transport) {}

  /**
   * Makes a new connection to the service; may wait, on a platform thread.
   *
   * @throws org.portunus.abi.error.PortunusException NAME_UNKNOWN, DENIED, INSTANCE_ENDED
   */
  Connected connect();

  /** The peer of a connection is gone without a word: INTERRUPTED, or INSTANCE_ENDED. */
  ErrorCode reasonOfEnd();

  /** How the peer's process ended, for people; empty when that is not known. */
  default Optional<String> howPeerEnded() {
    return Optional.empty();
  }

  /** A call is past its deadline; must not wait. */
  void callOverdue(long connection, long call);

  /** A call was interrupted by the end of the peer, which may have read it; must not wait. */
  default void callInterrupted(long connection, long call, int method) {}

  /** A connection has ended on this side; must not wait. */
  void closed(long connection);

  /** No connection will be made any more; must not wait. */
  void linkEnded();
}
