// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.error;

/** The one exception of the cold paths: an error of the registry and what it was about. */
public final class PortunusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String detail;

  public PortunusException(ErrorCode code, String detail) {
    super(code.dotted() + ": " + detail);
    this.code = code;
    this.detail = detail;
  }

  public PortunusException(ErrorCode code, String detail, Throwable cause) {
    super(code.dotted() + ": " + detail, cause);
    this.code = code;
    this.detail = detail;
  }

  public ErrorCode code() {
    return code;
  }

  /** What it was about, without the code's name. */
  public String detail() {
    return detail;
  }
}
