// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import org.portunus.abi.error.ErrorCode;

/** What the exit status of a verb says. */
public enum ExitStatus {
  FINE(0),
  FAILED(1),
  WRONG_USE(2),
  MACHINE_LACKS(3);

  private final int number;

  ExitStatus(int number) {
    this.number = number;
  }

  /** The number that the shell sees. */
  public int number() {
    return number;
  }

  /** The status of a verb that ended with this error. */
  static ExitStatus of(ErrorCode code) {
    if (code == ErrorCode.USAGE) {
      return WRONG_USE;
    }
    return code == ErrorCode.MACHINE ? MACHINE_LACKS : FAILED;
  }
}
