// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.memory;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.portunus.linux.call.SystemCall.LibraryFunction;

/**
 * Copies into memory that another processor has in its caches: past them, by the C library's
 * memcpy(3), which stores so from a size on that its tunables say. An ordinary store first has to
 * get each line from the other processor, which costs up to ten times as much.
 *
 * <p>To be had only in a process that was started with {@link #VALUE} as its {@link #VARIABLE};
 * without it the C library does so for very large copies only.
 */
public final class StreamCopy {
  /** The C library's variable. */
  public static final String VARIABLE = "GLIBC_TUNABLES";

  /** Copies of 32 KiB and more go past the caches, and never by a string instruction. */
  public static final String VALUE =
      "glibc.cpu.x86_non_temporal_threshold=32768:glibc.cpu.x86_rep_movsb_threshold=268435456";

  /** Bytes of the shortest copy that is worth it. */
  public static final int LEAST = 32 << 10;

  private static final boolean AVAILABLE = VALUE.equals(System.getenv(VARIABLE));
  private static final LibraryFunction MEMCPY = LibraryFunction.of("memcpy");

  private StreamCopy() {}

  /** Whether the process was started so. */
  public static boolean isAvailable() {
    return AVAILABLE;
  }

  /**
   * Copies {@code count} bytes to {@code at}. Both are native and stay where they are until this
   * returns, which the caller sees to; they do not overlap.
   */
  public static void copy(MemorySegment from, MemorySegment into, long at, long count) {
    if (!from.isNative() || !into.isNative() || into.isReadOnly()) {
      throw new IllegalArgumentException("copies from native memory into writable native memory");
    }
    Objects.checkFromIndexSize(0, count, from.byteSize());
    Objects.checkFromIndexSize(at, count, into.byteSize());
    // SAFETY: both ranges were checked, and nobody unmaps them meanwhile; memcpy orders its stores
    // before all that follow it.
    int _ = MEMCPY.invoke(into.address() + at, from.address(), count, 0, 0, 0);
  }
}
