// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector;

/** The content is of no kind that the inspector reads, or is locked by a password. */
public final class UnsupportedDocument extends Exception {
  private static final long serialVersionUID = 1L;

  private final String detail;

  public UnsupportedDocument(String detail) {
    super(detail);
    this.detail = detail;
  }

  /** What the content is, as far as that is known. */
  public String detail() {
    return detail;
  }
}
