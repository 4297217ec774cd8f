// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import org.portunus.abi.time.Deadline;
import org.portunus.abi.wire.MalformedFrameException;

/**
 * Who reads the frames of a session. Its own thread always may; where the transport allows it,
 * threads that wait for something read themselves, and no frame is handed from thread to thread.
 */
interface Reception {
  /** Takes frames, one at a time. */
  interface Taker {
    /** Takes the frame that was received. */
    void take(InboundFrame frame, int length) throws MalformedFrameException;

    /** Whether the peer has said that nothing more comes. */
    boolean isOver();

    /** Whether the next frame can be taken without waiting for handlers. */
    boolean hasRoom();

    /** Whether the peer may still send something, other than its last word. */
    boolean expectsMore();
  }

  /**
   * Receives until the session is over, on its own platform thread. Nobody reads after this.
   *
   * @throws MalformedFrameException what anybody met who read
   */
  void receiveAll(Taker taker) throws MalformedFrameException;

  /** Waits until the call has ended, the deadline has come or the thread is interrupted. */
  void await(PendingCall call, Optional<Deadline> deadline) throws InterruptedException;

  /**
   * A handler thread without work reads until there is some.
   *
   * @return false if others read, or nothing came for long: it waits otherwise, or ends
   */
  boolean readForWork(Work work);

  /** Whether the kernel has revoked the transport, which is known for good once it has ended. */
  default boolean isRevoked() {
    return false;
  }

  /** What a handler thread waits for. */
  interface Work {
    Awaited awaited();
  }

  /** What has come of it. */
  enum Awaited {
    NOTHING,
    /** A call that its caller waits for. */
    CALL,
    /** A call that nobody waits for, or the end. */
    OTHER
  }
}
