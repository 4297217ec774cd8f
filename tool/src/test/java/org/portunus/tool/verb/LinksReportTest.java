// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.interfaces.launchd.Link;
import org.portunus.interfaces.launchd.LinkState;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LinksReportTest {
  private static final List<Link> LINKS =
      List.of(
          new Link(3, "task-7-4", "outside", "task-7-1", "launchd", 524288, 1500, LinkState.DIRECT),
          new Link(9, "task-7-5", "a\u001b[2J", "", "", 524288, 20, LinkState.OFFERED));

  @Test
  void jsonHasEveryLink() {
    JsonNode report =
        JsonMapper.builder()
            .build()
            .readTree(JsonReport.line(new LinksReport(LINKS).json()))
            .get("links");
    assertThat(report).hasSize(2);
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
    String table = CapturedRun.printing(new LinksReport(LINKS)::print);
    assertThat(table.lines())
        .anyMatch(line -> line.matches("direct +3 +outside task-7-4 +launchd task-7-1 +512 +1.5"));
    assertThat(table).contains("offered").doesNotContain("\u001b");
    assertThat(CapturedRun.printing(new LinksReport(List.of())::print)).isEqualTo("no links\n");
  }
}
