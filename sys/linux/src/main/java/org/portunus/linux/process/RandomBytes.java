// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import java.lang.foreign.MemorySegment;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;

/** Random bytes of Linux, getrandom(2): good for secrets, without a file and without providers. */
public final class RandomBytes {
  /** Up to so many bytes come whole. */
  public static final int MOST = 256;

  private RandomBytes() {}

  /** Fills at most {@link #MOST} bytes. */
  public static void fill(MemorySegment into) throws LinuxException {
    long wanted = into.byteSize();
    if (wanted > MOST) {
      throw new IllegalArgumentException(wanted + " random bytes at once");
    }
    long got = SystemCall.invoke(Call.GETRANDOM, into.address(), wanted, 0);
    LinuxException.check("getrandom", got);
    if (got != wanted) {
      throw new IllegalStateException("getrandom gave " + got + " of " + wanted + " bytes");
    }
  }
}
