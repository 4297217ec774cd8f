// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.portunus.security.sandbox.limits.CgroupTree.Controller;
import org.portunus.security.sandbox.machine.Finding;
import org.portunus.security.sandbox.machine.Finding.State;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DoctorVerbTest {
  private static final Finding GOOD = finding("kernel", State.OK, "");
  private static final Finding WEAKER = finding("landlock", State.WEAKER, "a later kernel");
  private static final Finding MISSING = finding("bubblewrap", State.MISSING, "install it");

  private static Finding finding(String name, State state, String remedy) {
    return new Finding(name, "found \u001b[2J", "needed", state, "instead", "weaker so", remedy);
  }

  private static String printed(List<Finding> findings, Set<Controller> groups) {
    return CapturedRun.printing(
        terminal -> DoctorVerb.print(terminal, findings, LimitEnforcement.of(groups)));
  }

  @Test
  void theStatusIsThreeOnlyWhenSomethingIsMissing() {
    assertThat(DoctorVerb.status(List.of(GOOD, WEAKER))).isEqualTo(ExitStatus.FINE);
    assertThat(DoctorVerb.status(List.of(GOOD, MISSING))).isEqualTo(ExitStatus.MACHINE_LACKS);
  }

  @Test
  void whatIsWeakerIsExplained() {
    String text = printed(List.of(GOOD, WEAKER), Set.of());
    assertThat(text)
        .contains("landlock is weaker", "instead: instead", "weaker:  weaker so", "a later kernel")
        .contains("Portunus runs here, weaker as told above.")
        .doesNotContain("\u001b", "kernel is");
    assertThat(printed(List.of(MISSING), Set.of())).contains("Portunus can't run here");
    assertThat(printed(List.of(GOOD), Set.of())).contains("with every layer");
  }

  @Test
  void limitsNameWhatEnforcesThem() {
    Set<Controller> groups = Set.of(Controller.MEMORY, Controller.PIDS, Controller.CPU);
    assertThat(printed(List.of(GOOD), groups)).contains("cgroup v1 memory", "cgroup v1 pids");
    assertThat(printed(List.of(GOOD), Set.of())).contains("RLIMIT_DATA", "RLIMIT_NPROC");
    assertThat(LimitEnforcement.of(groups))
        .extracting(LimitEnforcement::key)
        .containsExactly("Heap", "Memory", "Processes", "CPU", "Descriptors");
  }

  @Test
  void theReportIsTheSameAsJson() {
    JsonNode report =
        JsonMapper.builder()
            .build()
            .readTree(
                JsonReport.line(
                    DoctorVerb.report(
                        List.of(GOOD, MISSING), LimitEnforcement.of(Set.<Controller>of()))));
    assertThat(report.get("usable").booleanValue()).isFalse();
    assertThat(report.get("needs").get(1).get("state").stringValue()).isEqualTo("missing");
    assertThat(report.get("needs").get(1).get("remedy").stringValue()).isEqualTo("install it");
    assertThat(report.get("limits").size()).isEqualTo(5);
  }

  @Test
  void thisMachineIsExamined() {
    CapturedRun run = CapturedRun.of("doctor");
    assertThat(run.status()).isIn(0, 3);
    assertThat(run.out()).contains("kernel", "bubblewrap", "landlock", "RLIMIT_CPU");
  }
}
