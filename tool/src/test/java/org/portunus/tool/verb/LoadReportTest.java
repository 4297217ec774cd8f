// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.interfaces.launchd.JobLoad;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.KernelTurns;
import org.portunus.interfaces.launchd.Load;
import org.portunus.interfaces.launchd.TaskLoad;
import org.portunus.interfaces.launchd.ToldCalls;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LoadReportTest {
  private static final long SECOND = 1_000_000_000L;

  private static TaskLoad service(String task, long micros, long taken) {
    return new TaskLoad(
        task,
        "service",
        "job\u001b[2J",
        3,
        1,
        2048,
        micros,
        4,
        taken < 0 ? Optional.empty() : Optional.of(new ToldCalls(taken, taken - 1, 5)));
  }

  private static Load load(long nanos, TaskLoad... tasks) {
    JobLoad job = new JobLoad("job\u001b[2J", JobState.THROTTLED, 7, 6, 5);
    return new Load(
        "abc", nanos, 2, 9, 1, new KernelTurns(3, 40, 50, 45), List.of(tasks), List.of(job));
  }

  private static JsonNode json(Load before, Load now) {
    return JsonMapper.builder()
        .build()
        .readTree(JsonReport.line(new LoadReport(before, now).json()));
  }

  @Test
  void twoLooksMakeRates() {
    Load before = load(0, service("task-1-2", 1_000_000, 100));
    JsonNode report = json(before, load(2 * SECOND, service("task-1-2", 2_000_000, 300)));
    JsonNode task = report.get("tasks").get(0);
    assertThat(task.get("toldCallsPerSecond").doubleValue()).isEqualTo(100);
    assertThat(task.get("processors").doubleValue()).isEqualTo(0.5);
    assertThat(task.get("toldByService").get("callsAnswered").longValue()).isEqualTo(299);
    assertThat(report.get("jobs").get(0).get("crashes").longValue()).isEqualTo(6);
  }

  @Test
  void aTaskThatIsNewOrSilentOrCountsBackwardsHasNoRate() {
    Load before = load(0, service("task-1-2", 0, 100), service("task-1-3", 0, -1));
    Load now =
        load(
            SECOND,
            service("task-1-2", 0, 50),
            service("task-1-3", 0, 5),
            service("task-1-4", 0, 5));
    for (JsonNode task : json(before, now).get("tasks")) {
      assertThat(task.has("toldCallsPerSecond")).as(task.toString()).isFalse();
    }
  }

  @Test
  void theTableMarksWhatIsToldAndEscapesLabels() {
    Load before = load(0, service("task-1-2", 0, 100));
    String table =
        CapturedRun.printing(
            new LoadReport(before, load(SECOND, service("task-1-2", 500_000, 142)))::print);
    assertThat(table).doesNotContain("\u001b").endsWith("* told by the service\n");
    assertThat(table.lines())
        .anyMatch(
            line -> line.matches("service +task-1-2 +job\\\\e\\[2J +42 +1 +50 +2 +3 +1 +7 +6 +9"))
        .anyMatch(line -> line.contains("is throttled: 7 runs, 6 crashes, 5 demands refused"));
  }
}
