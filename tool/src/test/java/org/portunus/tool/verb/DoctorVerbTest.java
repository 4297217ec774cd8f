// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.security.sandbox.limits.CgroupVersion;
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

  private static String printed(List<Finding> findings, Optional<CgroupVersion> groups) {
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
    String text = printed(List.of(GOOD, WEAKER), Optional.empty());
    assertThat(text)
        .contains("landlock is weaker", "instead: instead", "weaker:  weaker so", "a later kernel")
        .contains("Portunus runs here, weaker as told above.")
        .doesNotContain("\u001b", "kernel is");
    assertThat(printed(List.of(MISSING), Optional.empty())).contains("Portunus can't run here");
    assertThat(printed(List.of(GOOD), Optional.empty())).contains("with every layer");
  }

  @Test
  void limitsNameWhatEnforcesThem() {
    Optional<CgroupVersion> groups = Optional.of(CgroupVersion.TWO);
    assertThat(printed(List.of(GOOD), Optional.of(CgroupVersion.ONE)))
        .contains("cgroup v1 memory", "cgroup v1 pids");
    assertThat(printed(List.of(GOOD), groups)).contains("cgroup v2 memory", "cgroup v2 pids");
    assertThat(printed(List.of(GOOD), Optional.empty())).contains("RLIMIT_DATA", "RLIMIT_NPROC");
    assertThat(LimitEnforcement.of(groups))
        .extracting(LimitEnforcement::key)
        .containsExactly("Heap", "Memory", "Processes", "CPU", "Descriptors", "QoS");
  }

  @Test
  void theReportIsTheSameAsJson() {
    JsonNode report =
        JsonMapper.builder()
            .build()
            .readTree(
                JsonReport.line(
                    DoctorVerb.report(
                        List.of(GOOD, MISSING),
                        LimitEnforcement.of(Optional.<CgroupVersion>empty()))));
    assertThat(report.get("usable").booleanValue()).isFalse();
    assertThat(report.get("needs").get(1).get("state").stringValue()).isEqualTo("missing");
    assertThat(report.get("needs").get(1).get("remedy").stringValue()).isEqualTo("install it");
    assertThat(report.get("limits").size()).isEqualTo(6);
  }

  @Test
  void thisMachineIsExamined() {
    CapturedRun run = CapturedRun.of("doctor");
    assertThat(run.status()).isIn(0, 3);
    assertThat(run.out()).contains("kernel", "bubblewrap", "landlock", "RLIMIT_CPU");
  }
}
