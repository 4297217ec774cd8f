// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.portunus.conformance.kernel.RunningInstance;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;
import org.portunus.conformance.suite.TaskSource;

/** Every row of the suite against a running instance, and what the report says of rows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MachConformanceTest {
  private ProbeJobs jobs;
  private RunningInstance instance;

  @BeforeAll
  void start() throws IOException {
    jobs = ProbeJobs.prepare();
    instance = RunningInstance.start(jobs.jobs(), jobs.bundles());
  }

  @AfterAll
  void end() throws IOException {
    instance.close();
    jobs.close();
  }

  @TestFactory
  Stream<DynamicTest> rows() {
    return MachSuite.rows().stream()
        .map(row ->
            DynamicTest.dynamicTest(
                row.id() + " " + row.setting() + " " + row.title(),
                () -> {
                  try (TaskSource tasks = new TaskSource(instance.instance())) {
                    row.check().run(tasks);
                  }
                }));
  }

  @Test
  void idsAreUniqueInASetting() {
    assertThat(MachSuite.rows().stream().map(row -> row.id() + " " + row.setting()))
        .doesNotHaveDuplicates();
  }

  @Test
  void whatNeedsSeveralTasksRunsAsProcessesToo() {
    List<String> processes =
        MachSuite.rows().stream()
            .filter(row -> row.setting() == Setting.PROCESSES)
            .map(Row::id)
            .toList();
    assertThat(MachSuite.rows().stream().map(Row::id).filter(id -> id.endsWith("-tasks")))
        .isNotEmpty()
        .allMatch(processes::contains);
  }

  @Test
  void aRowThatFailsIsTold() {
    Row good = new Row("x-1", "holds", Setting.THREADS, tasks -> {});
    Row bad = new Row("x-2", "does not", Setting.PROCESSES, tasks -> Row.same("what", "a", "b"));
    assertThat(good.checked(instance.instance()).result()).isEqualTo(SuiteRow.Result.PASS);
    assertThat(bad.checked(instance.instance()))
        .isEqualTo(
            new SuiteRow(
                "x-2",
                "does not",
                "processes",
                SuiteRow.Result.FAIL,
                "java.lang.AssertionError: what: expected a, got b"));
  }

  @Test
  void theClosedListNamesRowsThatAreThere() {
    List<String> rows = MachSuite.rows().stream().map(Row::id).toList();
    List<ClosedList> closed = ClosedList.read();
    assertThat(closed).extracting(ClosedList::name).doesNotHaveDuplicates().hasSizeGreaterThan(180);
    for (ClosedList entry : closed) {
      for (int number : entry.rows()) {
        assertThat(rows)
            .as(entry.line())
            .anyMatch(id -> id.equals("mach-" + number) || id.equals("mach-" + number + "-tasks"));
      }
    }
  }

  @Test
  void theListHasEveryRowAndWhatIsRefused() {
    assertThat(MachSuite.list())
        .hasSize(MachSuite.rows().size() + MachSuite.refusals().size() + ClosedList.read().size())
        .anyMatch(line -> line.startsWith("refused"));
  }
}
