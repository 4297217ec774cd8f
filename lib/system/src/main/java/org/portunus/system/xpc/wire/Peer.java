// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.util.Optional;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.ServiceType;

/**
 * The other end of a connection, as generated code sees it. Calls go in both directions: an object
 * number names an object in the receiver's table; 0 is the service itself.
 */
public interface Peer {
  /** The object that a connection to a service is about. */
  int ROOT = 0;

  /** A new, empty request. Whoever asks for it closes it. */
  Encoder request();

  /**
   * What to send instead of a right to a file: a sealed copy; empty when the file itself may go.
   */
  default Optional<FileRight> copyToSend(FileRight right) {
    return Optional.empty();
  }

  /**
   * Sends a request and waits for its reply, at most until the caller's deadline. The encoder is
   * not touched any more when this returns or throws; the caller closes it, and the decoder.
   *
   * @throws org.portunus.abi.error.PortunusException INTERRUPTED, INVALID, DEADLINE, LIMIT_* and
   *     what the other side answered
   */
  Decoder call(int object, int method, Encoder request);

  /** Sends a request that has no reply; the encoder is not touched any more when this returns. */
  void send(int object, int method, Encoder request);

  /** Puts an object in this side's table (again), counts one reference, and gives its number. */
  <T> int export(ServiceType<T> type, T implementation);

  /** Takes back a reference that {@link #export} counted, for a message that was not sent. */
  void retract(int object);

  /**
   * A proxy for an object in the peer's table; it gives its reference back when it is collected.
   */
  <T> T adopt(ServiceType<T> type, int object);
}
