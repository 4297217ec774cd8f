// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector;

/** The document met a limit, is damaged, or asks for what the inspector never does. */
public final class InspectionFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String detail;

  public InspectionFailed(Reason reason, String detail) {
    super(reason.dotted() + ": " + detail);
    this.reason = reason;
    this.detail = detail;
  }

  public Reason reason() {
    return reason;
  }

  public String detail() {
    return detail;
  }
}
