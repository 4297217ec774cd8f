// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

import org.portunus.linux.arch.Call;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;

/**
 * A range of descriptor numbers of this process, close_range(2). Meant for the moment before an
 * execve: numbers that objects own are not told.
 *
 * @param first the lowest number
 * @param last the highest number, included
 */
public record DescriptorRange(int first, int last) {
  /** {@code CLOSE_RANGE_CLOEXEC}, also for entry tables. */
  public static final int CLOSE_ON_EXECUTE = 4;

  /** Closes them all. */
  public void close() throws LinuxException {
    LinuxException.check("close_range", SystemCall.invoke(Call.CLOSE_RANGE, first, last, 0));
  }

  /** Marks them close-on-exec. */
  public void closeOnExecute() throws LinuxException {
    LinuxException.check(
        "close_range", SystemCall.invoke(Call.CLOSE_RANGE, first, last, CLOSE_ON_EXECUTE));
  }
}
