// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.ground;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.bench.call.CallRows;
import org.portunus.bench.mach.MachRows;
import org.portunus.bench.pair.RunningPairs;
import org.portunus.bench.report.BenchReport;
import org.portunus.bench.report.Measure;
import org.portunus.bench.stream.StreamRows;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every pair starts, meets and does one short round; what is not installed says so. */
class RowsTest {
  private static final double SHARE = 0.002;
  private static final Pattern INSTALLED =
      Pattern.compile("(.*: )?(only one processor may be used here|.* is not installed)");

  private static List<Measure> run(BiConsumer<Ground, Field> rows, Path json) throws Exception {
    Field field;
    Path files;
    try (Ground ground = Ground.prepare(SHARE);
        RunningPairs pairs = new RunningPairs()) {
      files = ground.folder();
      field = new Field(pairs, 1, words -> {});
      rows.accept(ground, field);
    }
    assertThat(files).doesNotExist();
    assertThat(field.notes()).isEmpty();
    new BenchReport("test", field.measures()).writeJson(json);
    field.table().writeBeside(json);
    return field.measures();
  }

  private static void checkForm(Path json, List<Measure> measures) throws Exception {
    JsonNode results = JsonMapper.shared().readTree(Files.readString(json)).get("results");
    assertThat(results.size()).isEqualTo(measures.size());
    for (JsonNode entry : results) {
      assertThat(entry.propertyNames())
          .contains("measure", "value", "min", "max", "unit", "peer", "limit", "holds");
      assertThat(entry.get("holds").isNull()).isEqualTo(entry.has("reason"));
    }
  }

  @Test
  void eachPairOfCallsDoesARound(@TempDir Path folder) throws Exception {
    Path json = folder.resolve("call.json");
    List<Measure> measures = run(CallRows::run, json);
    checkForm(json, measures);
    assertThat(measures)
        .allSatisfy(measure ->
            assertThat(measure.reason().orElse("gcc is not installed")).matches(INSTALLED));
    assertThat(
            measures.stream().flatMap(measure -> measure.peer().stream()).map(Measure.Peer::name))
        .contains("Aeron IPC", "C spin", "RMI", "gRPC over a unix socket", "dbus-java", Ground.NIO);
    assertThat(folder.resolve("call.csv")).isRegularFile();
  }

  @Test
  void eachPairOfStreamsDoesARound(@TempDir Path folder) throws Exception {
    Path json = folder.resolve("stream.json");
    List<Measure> measures = run(StreamRows::run, json);
    checkForm(json, measures);
    assertThat(measures)
        .filteredOn(measure -> !measure.name().endsWith("reused segment"))
        .hasSizeGreaterThan(4)
        .allSatisfy(measure ->
            assertThat(measure.reason().orElse("gcc is not installed")).matches(INSTALLED));
  }

  /** Slow: most pairs start an instance of their own. */
  @Test
  @Tag("slow")
  void eachPairOfKernelObjectsDoesARound(@TempDir Path folder) throws Exception {
    Path json = folder.resolve("mach.json");
    List<Measure> measures = run(MachRows::run, json);
    checkForm(json, measures);
    assertThat(measures)
        .hasSize(19)
        .allSatisfy(measure ->
            assertThat(measure.reason().orElse("gcc is not installed")).matches(INSTALLED));
  }
}
