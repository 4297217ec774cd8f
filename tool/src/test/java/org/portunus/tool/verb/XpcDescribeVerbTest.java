// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.interfaces.launchd.LaunchControlXpc;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the verbs say without an instance. */
class XpcDescribeVerbTest {
  @TempDir Path folder;

  private static String built() throws Exception {
    return Path.of(
            LaunchControlXpc.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }

  @Test
  void builtInterfacesAreDescribed() throws Exception {
    CapturedRun run = CapturedRun.of("xpc", "describe", built());
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .contains(
            "interface " + LaunchControlXpc.TYPE.name() + " LaunchControl",
            "record Traffic",
            "enum LinkState")
        .anyMatch(line -> line.matches("  [0-9]+ links\\(\\) -> list<Link>"));
  }

  @Test
  void asJson() throws Exception {
    JsonNode report =
        JsonMapper.builder()
            .build()
            .readTree(CapturedRun.of("xpc", "describe", built(), "--json", "-").out());
    JsonNode control = report.get("interfaces").get(0);
    assertThat(control.get("service").stringValue()).isEqualTo(LaunchControlXpc.TYPE.name());
    assertThat(control.get("methods").get(0).get("id").intValue()).isPositive();
    assertThat(control.get("types").size()).isGreaterThan(5);
  }

  @Test
  void withoutAnInstanceOrWithBadArgumentsItIsWrongUse() {
    String run = folder.toString();
    for (CapturedRun wrong :
        new CapturedRun[] {
          CapturedRun.of("xpc"),
          CapturedRun.of("xpc", "describe", "a.b", "--run", run),
          CapturedRun.of("xpc", "call", "a.b", "m", "--run", run),
          CapturedRun.of("xpc", "call", "a.b", "m", "{", "--run", run),
          CapturedRun.of("xpc", "call", "a.b", "m", "[1] 2", "--run", run),
          CapturedRun.of("xpc", "call", "a.b", "m", "{\"a\":1,\"a\":2}", "--run", run),
          CapturedRun.of("xpc", "call", "a.b", "m", "[]", "--time", "0")
        }) {
      assertThat(wrong.status()).isEqualTo(2);
      assertThat(wrong.err()).startsWith("portunus: usage: ").contains("fix:");
      assertThat(wrong.out()).isEmpty();
    }
  }

  @Test
  void eachVerbHasHelpWithExamples() {
    for (String verb : new String[] {"check", "describe", "call"}) {
      assertThat(CapturedRun.of("xpc", verb, "--help").out())
          .contains("Examples:", "./portunus xpc " + verb);
    }
  }
}
