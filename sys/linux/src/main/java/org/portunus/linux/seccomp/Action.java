// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.seccomp;

import org.portunus.linux.call.Errno;

/**
 * What a filter answers to a system call, seccomp(2).
 *
 * @param value the filter's return value
 */
public record Action(int value) {
  private static final int ERRNO = 0x00050000;
  private static final int ACTION = 0xFFFF0000;
  private static final int DATA = 0xFFFF;

  /** The call happens. */
  public static final Action ALLOW = new Action(0x7FFF0000);

  /** The process dies of SIGSYS. */
  public static final Action KILL = new Action(0x80000000);

  /** The call does not happen and fails with this error. */
  public static Action refuse(Errno errno) {
    return new Action(ERRNO | errno.number());
  }

  static Action of(int value) {
    return new Action(value);
  }

  @Override
  public String toString() {
    if (equals(ALLOW)) {
      return "ALLOW";
    }
    if (equals(KILL)) {
      return "KILL";
    }
    if ((value & ACTION) == ERRNO) {
      return Errno.of(value & DATA).map(Enum::name).orElse("error " + (value & DATA));
    }
    return "0x" + Integer.toHexString(value);
  }
}
