// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.conformance.kernel.RunningInstance;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;
import org.portunus.conformance.suite.TaskSource;

/** Every row of the suite against a running instance, and what the report says of rows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MachConformanceTest {
  private RunningInstance instance;

  @BeforeAll
  void start(@TempDir Path empty) throws IOException {
    instance = RunningInstance.start(empty);
  }

  @AfterAll
  void end() throws IOException {
    instance.close();
  }

  @TestFactory
  Stream<DynamicTest> rows() {
    return MachSuite.rows().stream()
        .map(row ->
            DynamicTest.dynamicTest(
                row.id() + " " + row.title(),
                () -> {
                  try (TaskSource tasks = new TaskSource(instance.socket())) {
                    row.check().run(tasks);
                  }
                }));
  }

  @Test
  void idsAreUnique() {
    assertThat(MachSuite.rows().stream().map(Row::id)).doesNotHaveDuplicates();
  }

  @Test
  void aRowThatFailsIsTold() {
    Row good = new Row("x-1", "holds", Setting.THREADS, tasks -> {});
    Row bad = new Row("x-2", "does not", Setting.PROCESSES, tasks -> Row.same("what", "a", "b"));
    assertThat(good.checked(instance.socket()).result()).isEqualTo(SuiteRow.Result.PASS);
    assertThat(bad.checked(instance.socket()))
        .isEqualTo(
            new SuiteRow(
                "x-2",
                "does not",
                "processes",
                SuiteRow.Result.FAIL,
                "java.lang.AssertionError: what: expected a, got b"));
  }

  @Test
  void theListHasEveryRowAndWhatIsRefused() {
    assertThat(MachSuite.list())
        .hasSize(MachSuite.rows().size() + MachSuite.refusals().size())
        .anyMatch(line -> line.startsWith("refused"));
  }
}
