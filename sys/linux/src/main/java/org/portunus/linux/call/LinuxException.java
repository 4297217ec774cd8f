// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.call;

import java.io.IOException;

/** A system call failed: which one, on what, and with which error. For cold paths only. */
public final class LinuxException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int number;

  /**
   * @param operation the call and its object, for the message: {@code "openat /etc/x"}
   * @param result the negative error number that the call returned
   */
  public LinuxException(String operation, long result) {
    super(operation + ": " + describe(result));
    this.number = (int) -result;
  }

  private static String describe(long result) {
    return Errno.of((int) -result)
        .map(errno -> errno.text() + " (" + errno.name() + ")")
        .orElse("error " + -result);
  }

  /** The positive error number. */
  public int number() {
    return number;
  }

  /** Whether this is the given error. */
  public boolean is(Errno errno) {
    return errno.number() == number;
  }

  /**
   * The result of a cold call, checked.
   *
   * @throws LinuxException when {@code result} is negative
   */
  public static long check(String operation, long result) throws LinuxException {
    if (result < 0) {
      throw new LinuxException(operation, result);
    }
    return result;
  }
}
