// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.bench.report.Measure.Direction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The forms of reports. */
class BenchReportTest {
  private static Measure measure(double value, double peer, Optional<String> reason) {
    return new Measure(
        "call",
        value,
        value,
        value,
        "us",
        OptionalDouble.of(2),
        Direction.AT_MOST,
        Optional.of(new Measure.Peer("C spin", peer)),
        reason);
  }

  private static JsonNode entry(Path folder, Measure measure) throws IOException {
    Path json = folder.resolve("report.json");
    new BenchReport("call", List.of(measure)).writeJson(json);
    return JsonMapper.shared().readTree(Files.readString(json)).get("results").get(0);
  }

  @Test
  void aRatioIsHeldAgainstItsLimit(@TempDir Path folder) throws IOException {
    JsonNode good = entry(folder, measure(3, 2, Optional.empty()));
    assertThat(good.get("ratio").doubleValue()).isEqualTo(1.5);
    assertThat(good.get("holds").booleanValue()).isTrue();
    JsonNode bad = entry(folder, measure(5, 2, Optional.empty()));
    assertThat(bad.get("holds").booleanValue()).isFalse();
  }

  @Test
  void aPeerThatIsNotInstalledLeavesItOpen(@TempDir Path folder) throws IOException {
    Measure measure = measure(3, Double.NaN, Optional.of("gcc is not installed"));
    JsonNode entry = entry(folder, measure);
    assertThat(entry.get("holds").isNull()).isTrue();
    assertThat(entry.get("ratio").isNull()).isTrue();
    assertThat(entry.get("value").doubleValue()).isEqualTo(3);
    assertThat(entry.get("reason").stringValue()).isEqualTo("gcc is not installed");
    assertThat(new BenchReport("call", List.of(measure)).holds()).isTrue();
    StringWriter printed = new StringWriter();
    new BenchReport("call", List.of(measure)).print(new PrintWriter(printed));
    assertThat(printed).asString().contains("C spin: not known: gcc is not installed");
  }

  @Test
  void aMeasureThatCouldNotBeTakenIsNotHeld(@TempDir Path folder) throws IOException {
    Measure measure = measure(Double.NaN, 2, Optional.of("it ended"));
    assertThat(entry(folder, measure).get("holds").isNull()).isTrue();
    assertThat(new BenchReport("call", List.of(measure)).holds()).isFalse();
  }

  @Test
  void whatATableWroteIsReadAndDrawn(@TempDir Path folder) throws IOException {
    RoundTable table = new RoundTable();
    table.add(
        new RoundTable.Round("a call, awake", "link", 1, 1.5, "us", List.of(1L, 2L, 3L, 4L, 5L)));
    table.add(new RoundTable.Round("one way <64 B>", "link", 1, 2e6, "1/s", List.of()));
    table.writeBeside(folder.resolve("call.json"));
    RoundTable read = RoundTable.read(folder.resolve("call.csv"));
    assertThat(read.rounds()).isEqualTo(table.rounds());
    assertThat(Plot.draw(read)).contains("a call, awake", "one way &lt;64 B>").endsWith("</svg>\n");
  }

  @Test
  void anotherFileIsRefused(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("kill.csv"), "round,restart_ms\n1,2\n");
    assertThatThrownBy(() -> RoundTable.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("kill.csv");
  }
}
