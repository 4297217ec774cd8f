// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.tool.instance.Installation;

/** The sandbox suite: a test for each attempt, over all settings. */
@Timeout(600)
final class SandboxSuiteTest {
  @TestFactory
  Stream<DynamicTest> everyAttemptIsRefusedInsideAndSucceedsOutside() throws IOException {
    assumeTrue(
        System.getProperty("portunus.dist") != null, "no build: start it by ./portunus test");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "no bubblewrap");
    SuiteReport report = SandboxSuite.run(Installation.current());
    Files.writeString(Path.of("target", "sandbox.json"), report.json());
    Map<String, List<SuiteRow>> byId =
        report.rows().stream()
            .collect(Collectors.groupingBy(SuiteRow::id, LinkedHashMap::new, Collectors.toList()));
    assertThat(byId).hasSizeGreaterThan(200);
    return byId.entrySet().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getValue())));
  }

  private static void check(List<SuiteRow> rows) {
    assertThat(rows).noneMatch(row -> row.result() == SuiteRow.Result.FAIL);
    SuiteRow first = rows.getFirst();
    assumeTrue(rows.stream().anyMatch(row -> row.result() == SuiteRow.Result.PASS), first.detail());
  }
}
