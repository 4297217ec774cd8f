// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import org.portunus.abi.wire.MalformedFrameException;

/**
 * Who reads the frames of a session: a thread of its own; or, where the transport allows it, the
 * threads that wait for something, so that no frame is handed from thread to thread.
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

    /** Whether a handler runs a request without reply, after which it calls for more. */
    default boolean runsOneways() {
      return false;
    }
  }

  /** Learns that the session is over. */
  interface Outcome {
    /**
     * Nobody reads any more. On a platform thread that may block.
     *
     * @param failure what anybody met who read: a MalformedFrameException or a RuntimeException
     */
    void over(Optional<Exception> failure);
  }

  /**
   * Receives until the session is over, then says so, once.
   *
   * @param name of threads
   */
  void start(String name, Taker taker, Outcome outcome);

  /** The peer may send something that no thread of this side waits for. */
  default void expect() {}

  /** Waits until the call has ended, the time has come or the thread is interrupted. */
  void await(PendingCall call, Until until) throws InterruptedException;

  /**
   * A handler thread without work reads until there is some.
   *
   * @return false if others read, or nothing came for long: it waits otherwise, or ends
   */
  boolean readForWork(Work work);

  /** A handler that has run requests without reply does something else now. */
  default void leaveOneways() {}

  /** There is room for calls again. */
  default void room() {}

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
    /** A request without reply that could run now. */
    ONEWAY,
    END
  }
}
