// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

/** How it ended for one file. The list is closed. */
public enum Outcome {
  /** Inspected. */
  OK("ok"),
  /** Its content is of no kind that the inspector reads. */
  UNSUPPORTED("unsupported"),
  /** The inspector or the system ended it with a typed error. */
  ERROR("error"),
  /** The service died each time it was asked. */
  INTERRUPTED("interrupted"),
  /** It may not be read, or is not what a right may be. */
  REFUSED("refused"),
  /** It was gone when its turn came. */
  VANISHED("vanished"),
  /** A link, pipe, socket or device; it was not opened. */
  NOT_REGULAR("notRegular");

  private final String word;

  Outcome(String word) {
    this.word = word;
  }

  /** The word in reports. */
  public String word() {
    return word;
  }
}
