// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** Access to words that another process reads or writes meanwhile: every one ordered. */
final class Words {
  private static final VarHandle U32 = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle U64 = ValueLayout.JAVA_LONG.varHandle();

  private Words() {}

  static int getInt(MemorySegment memory, long offset) {
    return (int) U32.getAcquire(memory, offset);
  }

  static void setInt(MemorySegment memory, long offset, int value) {
    U32.setRelease(memory, offset, value);
  }

  /** Also a full fence, whatever it returns. */
  static boolean compareAndSetInt(MemorySegment memory, long offset, int expected, int value) {
    return U32.compareAndSet(memory, offset, expected, value);
  }

  static long getLong(MemorySegment memory, long offset) {
    return (long) U64.getAcquire(memory, offset);
  }

  static void setLong(MemorySegment memory, long offset, long value) {
    U64.setRelease(memory, offset, value);
  }
}
