// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.portunus.linux.memory.StreamCopy;

/**
 * A long body on its way into the ring, past the caches where that pays. It does when the two
 * processors share no cache: to get a line from the other then costs more than to write it to
 * memory. How long plain copies take tells, and one is tried again from time to time.
 *
 * <p>A body that goes past the caches is copied to a place of this side's own first, since whoever
 * lent the memory may close it at any time. By the thread that writes.
 */
final class StreamedBody implements FrameBody {
  private static final long SLOW_NANOS_FOR_KIB = 150;
  private static final int TRY_AGAIN = 64;

  private final LinkMemory memory;
  private final int longest;
  private MemorySegment place = MemorySegment.NULL;
  private FrameBody source = NONE;
  // How many more go past the caches.
  private int streamed;

  /**
   * @param longest bytes of the longest body
   */
  StreamedBody(LinkMemory memory, int longest) {
    this.memory = memory;
    this.longest = longest;
  }

  /** Whether a body of so many bytes is worth it. */
  private static boolean suits(int count) {
    return count >= StreamCopy.LEAST && StreamCopy.isAvailable();
  }

  /** The same body, by this way if it is worth it; so is the one before it from now on. */
  FrameBody of(FrameBody body, int count) {
    return suits(count) ? of(body) : body;
  }

  FrameBody of(FrameBody body) {
    source = body;
    return this;
  }

  @Override
  public void copy(int from, MemorySegment into, long at, int count) {
    if (streamed == 0) {
      long begin = System.nanoTime();
      source.copy(from, into, at, count);
      if (System.nanoTime() - begin > SLOW_NANOS_FOR_KIB * count / 1024) {
        streamed = TRY_AGAIN;
      }
      return;
    }
    streamed--;
    if (place.byteSize() == 0) {
      place = Arena.ofAuto().allocate(longest, LinkMemory.LINE);
    }
    source.copy(from, place, 0, count);
    if (!memory.stream(place, at, count)) {
      MemorySegment.copy(place, 0, into, at, count);
    }
  }
}
