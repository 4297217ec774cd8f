// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.ServiceType;

/**
 * The other end of a connection, as generated code sees it. Calls go in both directions: an object
 * number names an object in the receiver's table; 0 is the service itself.
 */
public interface Peer {
  /** The object that a connection to a service is about. */
  int ROOT = 0;

  /** Whether the other end has another version of the interface, that was found to fit. */
  default boolean hasOtherVersion() {
    return false;
  }

  /**
   * Connects now, where the first call would.
   *
   * @throws org.portunus.abi.error.PortunusException as a call does
   */
  default void connect() {}

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

  /**
   * As {@link #call(int, int, Encoder)}; a call that may be repeated is made once more if it is
   * interrupted and its object outlives the connection.
   */
  default Decoder call(int object, int method, Repetition repetition, Encoder request) {
    return call(object, method, request);
  }

  /**
   * Makes a call without waiting for anything: not for a connection, nor for room. The stage ends
   * with the result or with what {@link #call(int, int, Encoder)} throws; whoever ends it first, as
   * by a cancel, ends the call.
   *
   * @param parameters run at once; what it throws that is no PortunusException is thrown here
   * @param result run when the reply is there, on a thread of the library
   */
  <T extends @Nullable Object> CompletionStage<T> callStaged(
      int object,
      int method,
      Repetition repetition,
      RequestWriter parameters,
      ReplyReader<T> result);

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
