// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The measures of one benchmark, taken on this machine. */
public record BenchReport(String benchmark, List<Measure> measures) {
  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final String UNKNOWN = "unknown";

  public BenchReport {
    measures = List.copyOf(measures);
  }

  /** Whether every measure keeps to its limit. */
  public boolean holds() {
    return measures.stream().allMatch(Measure::holds);
  }

  /** The table for people. */
  public void print(PrintWriter out) {
    for (Measure measure : measures) {
      String limit =
          measure.limit().isPresent()
              ? "%s%s %s: %s"
                  .formatted(
                      measure
                          .peer()
                          .map(peer ->
                              "%.2f x %s (%,.2f), "
                                  .formatted(measure.compared(), peer.name(), peer.value()))
                          .orElse(""),
                      measure.direction().words(),
                      new DecimalFormat("#,##0.##").format(measure.limit().getAsDouble()),
                      measure.holds() ? "holds" : "BROKEN")
              : "";
      String value = measure.unit().isEmpty() ? "%,.0f" : "%,.2f";
      out.printf(
          "%-44s %10s %-3s %s%n",
          measure.name(), value.formatted(measure.value()), measure.unit(), limit);
    }
    out.flush();
  }

  /** Writes the form of scripts. */
  public void writeJson(Path file) throws IOException {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("benchmark", benchmark);
    report.put("commit", System.getProperty("portunus.commit", UNKNOWN));
    report.put("cpu", cpu());
    report.put("kernel", System.getProperty("os.version", UNKNOWN));
    report.put("jdk", Runtime.version().toString());
    ArrayNode results = report.putArray("results");
    measures.forEach(measure -> write(measure, results.addObject()));
    Files.writeString(file, PRETTY.writeValueAsString(report) + "\n", StandardCharsets.UTF_8);
  }

  private static void write(Measure measure, ObjectNode entry) {
    entry.put("measure", measure.name());
    entry.put("value", measure.value());
    entry.put("min", measure.min());
    entry.put("max", measure.max());
    entry.put("unit", measure.unit());
    if (measure.peer().isPresent()) {
      Measure.Peer peer = measure.peer().get();
      entry.put("peer", peer.name());
      entry.put("peerValue", peer.value());
      entry.put("ratio", measure.compared());
    } else {
      entry.putNull("peer");
    }
    if (measure.limit().isPresent()) {
      entry.put("limit", measure.limit().getAsDouble());
      entry.put("direction", measure.direction().words());
      entry.put("holds", measure.holds());
    } else {
      entry.putNull("limit");
      entry.putNull("holds");
      entry.put("reason", "nothing is promised of it");
    }
  }

  private static String cpu() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(UNKNOWN);
    }
  }
}
