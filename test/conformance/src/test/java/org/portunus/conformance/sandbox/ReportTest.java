// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;

final class ReportTest {
  @Test
  void theReportHasItsForm() {
    SuiteReport report =
        new SuiteReport(
            "sandbox",
            List.of(
                new SuiteRow("a", "title", "service-root", SuiteRow.Result.PASS, ""),
                new SuiteRow("a", "title", "service-user", SuiteRow.Result.SKIP, "why \"not\"")),
            List.of("a remark"));

    assertThat(report.json().replaceAll("\\s+", ""))
        .isEqualTo(
            """
            {"suite":"sandbox","rows":[{"id":"a","title":"title","setting":"service-root",\
            "result":"pass","detail":""},{"id":"a","title":"title","setting":"service-user",\
            "result":"skip","detail":"why\\"not\\""}],"passed":1,"failed":0,"skipped":1,\
            "remarks":["aremark"]}\
            """);
    assertThat(report.lines()).last().isEqualTo("1 passed, 0 failed, 1 skipped");
  }

  @Test
  void aResultThatIsAlsoExpectedInsideIsNoSuccess() {
    ProbeRow row =
        new ProbeRow("x", "x", Set.of("ENOENT"), Set.of("done", "ENOENT"), false, Set.of(), "x");

    assertThat(row.isSuccess("done")).isTrue();
    assertThat(row.isSuccess("ENOENT")).isFalse();
  }

  @Test
  void everyAttemptRefusedByOneLayerHasItsCaveat() throws IOException {
    assertThat(ProbeRow.table())
        .hasSizeGreaterThan(190)
        .allMatch(row -> row.only().size() <= 1, "is refused by one layer at most");
  }
}
