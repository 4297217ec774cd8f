// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.event;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.Layouts;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;

/** Waiting for one descriptor, poll(2). */
public final class Readiness {
  public static final int READABLE = 0x01;
  public static final int WRITABLE = 0x04;
  public static final int ERROR = 0x08;
  public static final int HANG_UP = 0x10;

  /** A timeout that never ends. */
  public static final int FOREVER = -1;

  private Readiness() {}

  /**
   * Waits until the descriptor is ready for one of the interests, or broken.
   *
   * @param timeoutMillis milliseconds, 0 to look only, or {@link #FOREVER}
   * @return the readiness bits, 0 after the timeout
   */
  public static int await(Descriptor descriptor, int interest, int timeoutMillis)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment entry = arena.allocate(Layouts.PollDescriptor.SIZE, 8);
      entry.set(ValueLayout.JAVA_INT, Layouts.PollDescriptor.DESCRIPTOR, descriptor.raw());
      entry.set(ValueLayout.JAVA_SHORT, Layouts.PollDescriptor.EVENTS, (short) interest);
      long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
      int left = timeoutMillis;
      long result = SystemCall.invoke(Call.POLL, entry.address(), 1, left);
      while (Errno.EINTR.is(result)) {
        if (timeoutMillis > 0) {
          left = (int) Math.max(0, (deadline - System.nanoTime()) / 1_000_000L);
        }
        result = SystemCall.invoke(Call.POLL, entry.address(), 1, left);
      }
      LinuxException.check("poll", result);
      return entry.get(ValueLayout.JAVA_SHORT, Layouts.PollDescriptor.RETURNED) & 0xFFFF;
    }
  }
}
