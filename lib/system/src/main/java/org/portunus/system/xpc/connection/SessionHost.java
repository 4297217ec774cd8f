// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.system.xpc.XpcEvents;

/** What a session asks of the task that it belongs to. */
interface SessionHost {
  /** The peer is gone without a word: INTERRUPTED, or INSTANCE_ENDED if that is why. */
  ErrorCode reasonOfEnd();

  /** How the peer's process ended, for people; empty when that is not known. */
  default Optional<String> howPeerEnded() {
    return Optional.empty();
  }

  /** A call to the peer is past its deadline; must not wait. */
  void callOverdue(long connection, long call);

  /** A call was interrupted by the end of the peer, which may have read it; must not wait. */
  default void callInterrupted(long connection, long call, int method) {}

  /** The peer ends once it has answered what it has; on the reader, so it must not wait. */
  void terminationImminent(Session session);

  XpcEvents events();
}
