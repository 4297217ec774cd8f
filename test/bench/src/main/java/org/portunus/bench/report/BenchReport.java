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
    int width = measures.stream().mapToInt(measure -> measure.name().length()).max().orElse(1);
    for (Measure measure : measures) {
      String format = measure.unit().isEmpty() ? "%,.0f" : "%,.2f";
      String value = Double.isNaN(measure.value()) ? "-" : format.formatted(measure.value());
      out.printf(
          "%-" + width + "s %14s %-3s %s%n",
          measure.name(),
          value,
          measure.unit(),
          verdict(measure));
    }
    out.flush();
  }

  private static String verdict(Measure measure) {
    String peer =
        measure
            .peer()
            .map(other ->
                Double.isNaN(other.value() + measure.value())
                    ? other.name() + ": "
                    : "%.2f x %s (%,.2f) "
                        .formatted(measure.compared(), other.name(), other.value()))
            .orElse("");
    if (measure.reason().isPresent()) {
      return peer + "not known: " + measure.reason().get();
    }
    if (measure.limit().isEmpty()) {
      return peer;
    }
    return "%s%s %s: %s"
        .formatted(
            peer,
            measure.direction().words(),
            new DecimalFormat("#,##0.##").format(measure.limit().getAsDouble()),
            measure.holds() ? "holds" : "BROKEN");
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
    putNumber(entry, "value", measure.value());
    putNumber(entry, "min", measure.min());
    putNumber(entry, "max", measure.max());
    entry.put("unit", measure.unit());
    if (measure.peer().isPresent()) {
      Measure.Peer peer = measure.peer().get();
      entry.put("peer", peer.name());
      putNumber(entry, "peerValue", peer.value());
      putNumber(entry, "ratio", measure.compared());
    } else {
      entry.putNull("peer");
    }
    if (measure.limit().isPresent()) {
      entry.put("limit", measure.limit().getAsDouble());
      entry.put("direction", measure.direction().words());
    } else {
      entry.putNull("limit");
    }
    if (measure.limit().isPresent() && measure.reason().isEmpty()) {
      entry.put("holds", measure.holds());
    } else {
      entry.putNull("holds");
      entry.put("reason", measure.reason().orElse("nothing is promised of it"));
    }
  }

  private static void putNumber(ObjectNode entry, String name, double value) {
    if (Double.isFinite(value)) {
      entry.put(name, value);
    } else {
      entry.putNull(name);
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
