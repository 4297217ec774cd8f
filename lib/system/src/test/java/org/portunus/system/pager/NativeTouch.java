// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.call.SystemCall.LibraryFunction;

/** What native code does with an address. */
final class NativeTouch {
  private static final LibraryFunction MEMCPY = LibraryFunction.of("memcpy");
  private static final int MADV_POPULATE_READ = 22;

  private NativeTouch() {}

  /** Reads in native code: waits in a page fault if the page is not there. */
  static byte[] read(MemorySegment address, long offset, int length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(length);
      int _ = MEMCPY.invoke(into.address(), address.address() + offset, length, 0, 0, 0);
      return into.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Has the kernel look for a page; it waits for none. The negative errno tells what it is. */
  static long populate(MemorySegment address, long offset) {
    return SystemCall.invoke(
        Call.MADVISE, address.address() + offset, PagedMemory.PAGE_BYTES, MADV_POPULATE_READ);
  }
}
