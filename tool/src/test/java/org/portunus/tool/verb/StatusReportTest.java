// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.interfaces.launchd.Instance;
import org.portunus.interfaces.launchd.InstanceCounts;
import org.portunus.interfaces.launchd.JobLimits;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.interfaces.launchd.Spare;
import org.portunus.interfaces.launchd.SparePool;
import org.portunus.interfaces.launchd.SpareStage;
import org.portunus.interfaces.launchd.Status;
import org.portunus.interfaces.launchd.TaskCounts;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StatusReportTest {
  private static final Status STATUS =
      new Status(
          new Instance(
              "00112233445566778899aabbccddeeff",
              7,
              "task-7-1",
              Instant.parse("2026-11-22T08:00:00Z"),
              new InstanceCounts(
                  5, 2, 1, 30, List.of(new TaskCounts("task-7-1", "launchd", "", 3, -1, 9, 0)))),
          List.of(
              new JobStatus(
                  "inspector",
                  JobState.RUNNING,
                  Optional.of("task-7-4"),
                  12,
                  700001,
                  Optional.of("ab".repeat(32)),
                  4,
                  1,
                  Optional.of("limit.memory: killed \u001b[2J"),
                  0,
                  Optional.of(
                      new JobLimits(256, 512, 64, 120, 64, 30_000, 2_500, "background", "utility")),
                  List.of("org.portunus.example.inspector")),
              new JobStatus(
                  "looping",
                  JobState.THROTTLED,
                  Optional.empty(),
                  0,
                  -1,
                  Optional.empty(),
                  6,
                  6,
                  Optional.empty(),
                  900,
                  Optional.empty(),
                  List.of())),
          new SparePool(
              2,
              0,
              List.of(new Spare("task-7-9", "heap=64,modules=java.xml", SpareStage.WAITING))));

  @Test
  void theCaveatComesFirst() {
    StatusReport report = new StatusReport(STATUS, Optional.of(OrdinaryUserCaveat.TEXT));
    assertThat(CapturedRun.printing(report::print)).startsWith(OrdinaryUserCaveat.TEXT + "\n");
    assertThat(report.json().get("caveat").stringValue()).isEqualTo(OrdinaryUserCaveat.TEXT);
  }

  @Test
  void everyJobHasItsStateAndItsLimits() {
    String text = CapturedRun.printing(new StatusReport(STATUS, Optional.empty())::print);
    assertThat(text).startsWith("instance 00112233445566778899aabbccddeeff");
    assertThat(text.lines())
        .anyMatch(line -> line.matches("RUNNING +inspector +task-7-4 +12 +700001 +abababababab .*"))
        .anyMatch(line -> line.matches("THROTTLED for 900 ms +looping +- +- +- +- +6 +6 +-"))
        .anyMatch(line -> line.matches("inspector +256 +512 +64 +120 +64 +30.0 +2.5"));
    assertThat(text.lines())
        .contains("spares: 1 of at most 2")
        .anyMatch(line -> line.matches("WAITING +task-7-9 +heap=64,modules=java.xml"));
    assertThat(text).contains("killed \\e[2J").doesNotContain("\u001b");
  }

  @Test
  void jsonHasTheSame() {
    JsonNode report =
        JsonMapper.builder()
            .build()
            .readTree(JsonReport.line(new StatusReport(STATUS, Optional.empty()).json()));
    assertThat(report.get("kernel").get("tasks").get(0).get("names").intValue()).isEqualTo(9);
    JsonNode job = report.get("jobs").get(0);
    assertThat(job.get("identity").stringValue()).isEqualTo("ab".repeat(32));
    assertThat(job.get("limits").get("graceMillis").intValue()).isEqualTo(2500);
    assertThat(job.get("limits").get("qosCeiling").stringValue()).isEqualTo("utility");
    assertThat(job.get("services").get(0).stringValue())
        .isEqualTo("org.portunus.example.inspector");
    assertThat(report.get("jobs").get(1).has("task")).isFalse();
    assertThat(report.has("caveat")).isFalse();
  }
}
