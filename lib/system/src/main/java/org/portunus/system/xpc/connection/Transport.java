// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.portunus.system.xpc.wire.OutboundRights;

/**
 * Carries whole frames, in order, between the two ends of a connection.
 *
 * <p>Any thread may send; the session's own thread receives, alone or with others as the {@link
 * Reception} says, and closes after its last receive. Others {@link #shutdown}, which wakes it.
 */
public interface Transport extends AutoCloseable {
  /** Nothing was sent: there is no room now. */
  int FULL = -1;

  /** Nothing was sent or received, and nothing ever will be. */
  int ENDED = -2;

  /** What came can't be a frame: too long, or with too many descriptors. */
  int BROKEN = -3;

  /** Nothing was sent: the rights can't travel now. */
  int REFUSED = -4;

  /** No place, for {@link #wasRead}. */
  long NO_PLACE = -1;

  /**
   * Sends a frame or nothing, without waiting.
   *
   * @param frame its bytes from index 0; where rights go by tickets, the place of these is at its
   *     end, and they are written here
   * @param rights stay the caller's
   * @return its length, {@link #FULL}, {@link #ENDED} or {@link #REFUSED}
   */
  int send(byte[] frame, int length, OutboundRights rights);

  /**
   * The rest of a message was not sent, whose first frame had these rights: they come back if they
   * can't be sent a second time.
   */
  default void withdraw(OutboundRights rights) {}

  /** Where the last frame that was sent is, or {@link #NO_PLACE}. On the sending thread. */
  default long lastPlace() {
    return NO_PLACE;
  }

  /** Whether a peer that has ended may have read the frame at that place. */
  default boolean wasRead(long place) {
    return true;
  }

  /** Sends the session's last frame again where frames are not received, for a peer in trouble. */
  default void lastWord(byte[] frame, int length) {}

  /** How rights travel. */
  enum Passage {
    /** Beside the frame; also when there are none. */
    DESCRIPTORS,
    /** By tickets in it. */
    TICKETS,
    /** Not at all. */
    NONE
  }

  /** How these rights travel. */
  Passage passage(OutboundRights rights);

  /** Waits until a send may have another result, at most this long; may return early. */
  void awaitRoom(long nanos);

  /** How what comes is read; the same one each time. */
  Reception reception();

  /** Refuses what the peer sends from now on; what is there already can still be received. */
  void shutdownReceive();

  /** Ends both directions. */
  void shutdown();

  @Override
  void close();
}
