// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.report;

/**
 * One thing checked in one setting.
 *
 * @param detail why it failed or was skipped, or what else is worth knowing
 */
public record SuiteRow(String id, String title, String setting, Result result, String detail) {
  /** What came of it. */
  public enum Result {
    PASS,
    FAIL,
    /** It could not be checked here; the detail says why. */
    SKIP
  }
}
