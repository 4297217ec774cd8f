// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.interfaces.launchd.Link;
import org.portunus.interfaces.launchd.LinkState;
import org.portunus.interfaces.launchd.Traffic;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LinksReportTest {
  private static final Traffic NONE = new Traffic(0, 0);
  private static final List<String> RELAYED = List.of("org.example", "b\u001b[2J");
  private static final List<Link> LINKS =
      List.of(
          new Link(
              3,
              "task-7-4",
              "outside",
              "task-7-1",
              "launchd",
              524288,
              1500,
              LinkState.DIRECT,
              NONE,
              NONE),
          new Link(9, "task-7-5", "a\u001b[2J", "", "", 524288, 20, LinkState.OFFERED, NONE, NONE),
          new Link(
              12,
              "task-7-5",
              "outside",
              "task-7-6",
              "org.example",
              0,
              300,
              LinkState.RELAYED,
              new Traffic(5, 400),
              new Traffic(4, 250)));

  @Test
  void jsonHasEveryLink() {
    JsonNode whole =
        JsonMapper.builder()
            .build()
            .readTree(JsonReport.line(new LinksReport(LINKS, RELAYED).json()));
    assertThat(whole.get("relayedServices").get(0).stringValue()).isEqualTo("org.example");
    JsonNode report = whole.get("links");
    assertThat(report).hasSize(3);
    assertThat(report.get(2).get("state").stringValue()).isEqualTo("RELAYED");
    assertThat(report.get(2).get("toServiceFrames").longValue()).isEqualTo(5);
    assertThat(report.get(2).get("toServiceBytes").longValue()).isEqualTo(400);
    assertThat(report.get(2).get("toClientFrames").longValue()).isEqualTo(4);
    assertThat(report.get(2).get("toClientBytes").longValue()).isEqualTo(250);
    JsonNode first = report.get(0);
    assertThat(first.get("connection").longValue()).isEqualTo(3);
    assertThat(first.get("client").stringValue()).isEqualTo("task-7-4");
    assertThat(first.get("serviceLabel").stringValue()).isEqualTo("launchd");
    assertThat(first.get("ringBytes").intValue()).isEqualTo(524288);
    assertThat(first.get("ageMillis").longValue()).isEqualTo(1500);
    assertThat(first.get("state").stringValue()).isEqualTo("DIRECT");
    assertThat(report.get(1).get("service").stringValue()).isEmpty();
  }

  @Test
  void theTableNamesBothSidesAndEscapesLabels() {
    String table = CapturedRun.printing(new LinksReport(LINKS, RELAYED)::print);
    assertThat(table.lines())
        .anyMatch(
            line -> line.matches("direct +3 +outside task-7-4 +launchd task-7-1 +512( +-){4} +1.5"))
        .anyMatch(line ->
            line.matches(
                "relayed +12 +outside task-7-5 +org.example task-7-6 +- +5 +400 +4 +250 +0.3"))
        .contains("relayed: org.example, b\\e[2J");
    assertThat(table).contains("offered").doesNotContain("\u001b");
    assertThat(CapturedRun.printing(new LinksReport(List.of(), List.of())::print))
        .isEqualTo("no links\n");
  }
}
