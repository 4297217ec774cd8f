// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.tool.instance.Installation;

/** Hostile descriptors at a running kernel task. */
@Timeout(180)
class DescriptorSuiteTest {
  /** What a machine may lack: huge pages, userfaultfd, FUSE or the right to it. */
  private static final int MOST_SKIPPED = 4;

  @Test
  void everyRowHolds() throws Exception {
    assumeThat(System.getProperty("portunus.dist"))
        .as("needs the built distribution: run by ./portunus test")
        .isNotNull();
    SuiteReport report = DescriptorSuite.run(Installation.current());
    System.out.println(String.join("\n", report.remarks()));
    assertThat(report.rows()).hasSameSizeAs(DescriptorSuite.list());
    assertThat(report.rows()).filteredOn(row -> row.result() == SuiteRow.Result.FAIL).isEmpty();
    assertThat(report.count(SuiteRow.Result.SKIP)).isLessThanOrEqualTo(MOST_SKIPPED);
  }
}
