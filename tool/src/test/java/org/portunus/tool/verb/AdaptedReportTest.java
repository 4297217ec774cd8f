// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.tool.adapt.Adapted;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdaptedReportTest {
  private static final AdaptedReport REPORT =
      new AdaptedReport(
          new Adapted(
              Path.of("out/bundles/a.b.xpc"),
              Path.of("out/jobs/a.b.plist"),
              Path.of("out/a.b-adapter.jar"),
              List.of(new Adapted.Service("acme.Plug", "a.b", "PlugService")),
              List.of("carry(int)"),
              List.of("here()"),
              List.of("left()"),
              List.of(new Adapted.Jar("evil\u001b[2J.jar", "00ff"))));

  @Test
  void jsonHasAllOfIt() {
    JsonNode report = JsonMapper.builder().build().readTree(JsonReport.line(REPORT.json()));
    assertThat(report.get("bundle").stringValue()).isEqualTo("out/bundles/a.b.xpc");
    assertThat(report.get("job").stringValue()).isEqualTo("out/jobs/a.b.plist");
    assertThat(report.get("client").stringValue()).isEqualTo("out/a.b-adapter.jar");
    assertThat(report.get("services").get(0).get("name").stringValue()).isEqualTo("a.b");
    assertThat(report.get("services").get(0).get("provider").stringValue()).isEqualTo("acme.Plug");
    assertThat(report.get("carried").get(0).stringValue()).isEqualTo("carry(int)");
    assertThat(report.get("local").get(0).stringValue()).isEqualTo("here()");
    assertThat(report.get("omitted").get(0).stringValue()).isEqualTo("left()");
    assertThat(report.get("jars").get(0).get("sha256").stringValue()).isEqualTo("00ff");
  }

  @Test
  void theTextHasAllOfItEscaped() {
    String text = CapturedRun.printing(REPORT::print);
    assertThat(text.lines())
        .containsExactly(
            "service  a.b is acme.Plug",
            "carried  carry(int)",
            "local    here()",
            "omitted  left()",
            "jar      evil\\e[2J.jar sha256 00ff",
            "bundle   out/bundles/a.b.xpc",
            "job      out/jobs/a.b.plist",
            "client   out/a.b-adapter.jar");
  }
}
