// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.socket;

import java.util.List;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;

/**
 * Whole messages with descriptors in both directions, any number of senders and one receiver: a
 * {@link PacketSocket}, or a {@link MemorySocket} where no socket can be had.
 */
public interface FrameSocket extends AutoCloseable {
  /** Nothing was sent: there is no room now. */
  int FULL = -1;

  /** Nothing was sent or received, and nothing ever will be. */
  int ENDED = -2;

  /** What came is too long or has too many descriptors; none was kept. */
  int BROKEN = -3;

  /** Nothing was sent: Linux takes no more descriptors in flight, or the message is too long. */
  int REFUSED = -4;

  /** Nothing has come. */
  int NOTHING = -5;

  /**
   * Sends a whole message or nothing, without waiting.
   *
   * @param descriptors numbers of open descriptors, which stay the caller's
   * @return its length, {@link #FULL}, {@link #ENDED} or {@link #REFUSED}
   */
  int send(byte[] bytes, int length, int[] descriptors, int count);

  /** Waits until a send may have another result, at most this long and at most 100 ms. */
  void awaitRoom(long nanos);

  /**
   * Waits for the next message. One platform thread only.
   *
   * @param bytes where it goes; at least as long as the longest message
   * @param descriptors gets the descriptors, which become the caller's
   * @return its length, {@link #ENDED} or {@link #BROKEN}
   */
  int receive(byte[] bytes, List<Descriptor> descriptors);

  /**
   * Receives the next message if it is there. Used by one thread at a time, and not while another
   * receives.
   *
   * @return its length, {@link #NOTHING}, {@link #ENDED} or {@link #BROKEN}
   */
  int receiveNow(byte[] bytes, List<Descriptor> descriptors);

  /** Readable while something is to be received or the socket has ended; stays this object's. */
  Descriptor readiness() throws LinuxException;

  /** Refuses what the peer sends from now on; what is there already can still be received. */
  void shutdownReceive();

  /** Ends both directions and wakes the receiver. */
  void shutdown();

  @Override
  void close();
}
