// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

/**
 * A right with a count of the uses in progress, such as messages that carry it. Closing it takes
 * effect when the last use ends.
 */
public interface HeldRight extends AutoCloseable {
  /** Ends a use. */
  void unhold();

  /** From now on the message that brought it does not close it. */
  void keep();

  /** Counts it in this room until it is closed. */
  void countIn(RightRoom room);

  /** Whether {@link #keep} was called. */
  boolean isKept();

  /** Gives it up when no use is in progress any more; a second call does nothing. */
  @Override
  void close();
}
