// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;

/** What follows the head of a frame, from where it is straight into the ring. */
public interface FrameBody {
  /** None. */
  FrameBody NONE = (from, into, at, count) -> {};

  /** Copies {@code count} bytes, from this one on; what it throws leaves the frame unsent. */
  void copy(int from, MemorySegment into, long at, int count);
}
