// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

/** Runs calls of a session's peer. */
interface CallHandling {
  /** What is left of a call when its handler is done with it. */
  enum Left {
    NOTHING,
    /** It is staged; {@link IncomingCalls#answered()} is called once its answer was sent. */
    ANSWER
  }

  /**
   * Runs a call to its end, calling {@link IncomingCalls#ended} in between, or calls {@link
   * IncomingCalls#staged}. Throws nothing.
   */
  Left run(IncomingCall call);
}
