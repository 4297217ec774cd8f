// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.portunus.linux.memory.Loan;

/**
 * Where the memory of one call's arguments stands while the call runs: the same place for each call
 * of a decoder. What was lent can be read by the thread of the call only, and by nobody once {@link
 * #end} was called. Not for several threads.
 */
final class LentMemory {
  private static final int ALIGNMENT = 64;
  private static final int LEAST = 4096;
  private static final int KEPT_CAPACITY = 256 * 1024;

  private MemorySegment place = MemorySegment.NULL;
  private long used;
  private @Nullable Arena borrowing;

  /** Lends a copy of these bytes, which are there. */
  MemorySegment copyOf(byte[] bytes, int at, int count) {
    if (count > place.byteSize() - used) {
      // What was lent of the old place before keeps it alive.
      place = Arena.ofAuto().allocate(Math.max(LEAST, 2 * used + count), ALIGNMENT);
      used = 0;
    }
    Arena arena = arena();
    MemorySegment.copy(bytes, at, place, ValueLayout.JAVA_BYTE, used, count);
    MemorySegment lent = Loan.toRead(place.asSlice(used, count), arena);
    used = Math.min(place.byteSize(), (used + count + ALIGNMENT - 1) & -ALIGNMENT);
    return lent;
  }

  /** Whose memory is lent until {@link #end}. */
  Arena arena() {
    Arena arena = borrowing;
    if (arena == null) {
      arena = Arena.ofConfined();
      borrowing = arena;
    }
    return arena;
  }

  /** The loans end. On the thread that got them. */
  void end() {
    Arena arena = borrowing;
    if (arena != null) {
      borrowing = null;
      used = 0;
      if (place.byteSize() > KEPT_CAPACITY) {
        place = MemorySegment.NULL;
      }
      arena.close();
    }
  }
}
