// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.util.List;
import org.portunus.conformance.report.SuiteRow;

/** What is run by whom. */
record Setting(Ground ground, Caller caller, List<ProbeRow> table) {
  Setting {
    table = List.copyOf(table);
  }

  /** A row of the report about an attempt. */
  SuiteRow row(ProbeRow probe, String where, SuiteRow.Result result, String detail) {
    return new SuiteRow(probe.id(), probe.title(), where + "-" + caller, result, detail);
  }

  /** A row about anything else: it passes without a complaint. */
  SuiteRow checked(String id, String title, String complaint) {
    return new SuiteRow(
        id,
        title,
        "service-" + caller,
        complaint.isEmpty() ? SuiteRow.Result.PASS : SuiteRow.Result.FAIL,
        complaint);
  }
}
