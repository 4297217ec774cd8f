// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.portunus.abi.log.LogText;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * A finished run, as a table for people and as JSON.
 *
 * @param shipped the shipped set, for a run on it
 */
record RunReport(
    Accounting accounting,
    Measures measures,
    FirstReplies first,
    ServiceHistory.Counts history,
    Optional<ShippedSet> shipped) {
  private static final double MILLI = 1e6;
  private static final double MICRO = 1e3;
  private static final Set<Outcome> REFUSALS =
      Set.of(Outcome.ERROR, Outcome.UNSUPPORTED, Outcome.REFUSED);

  /** Documents that were answered with a typed refusal. */
  private long refusals() {
    return accounting.results().stream().filter(r -> REFUSALS.contains(r.outcome())).count();
  }

  void writeJson(Path file) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    boolean device = Files.exists(file) && !Files.isRegularFile(file);
    Path written = device ? file : partial;
    try (JsonGenerator json = JsonMapper.shared().createGenerator(Files.newOutputStream(written))) {
      json.writeStartObject();
      json.writeNumberProperty("documents", accounting.documents());
      count(json, "good", shipped.map(ShippedSet::good));
      count(json, "hostile", shipped.map(ShippedSet::handled));
      json.writeNumberProperty("lost", accounting.unfinished().size());
      json.writeNumberProperty("crashes", history.crashes());
      json.writeNumberProperty("restarts", history.restarts());
      json.writeNumberProperty("refusals", refusals());
      json.writeObjectPropertyStart("firstReplyMs");
      millis(json, "cold", first.cold());
      millis(json, "spare", first.spare());
      json.writeEndObject();
      percentiles(json, "inspectMs", accounting.inspections(), MILLI);
      json.writeEndObject();
      percentiles(json, "rightTransferUs", measures.right(), MICRO);
      json.writeEndObject();
      percentiles(json, "emptyCallUs", measures.call(), MICRO);
      json.writeStringProperty("how", Measures.HOW);
      json.writeEndObject();
      json.writeArrayPropertyStart("results");
      accounting.results().forEach(result -> entry(json, result));
      json.writeEndArray();
      json.writeEndObject();
    }
    if (!device) {
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void count(JsonGenerator json, String name, Optional<Long> count) {
    if (count.isPresent()) {
      json.writeNumberProperty(name, count.get());
    } else {
      json.writeNullProperty(name);
    }
  }

  private static void millis(JsonGenerator json, String name, OptionalLong nanos) {
    if (nanos.isPresent()) {
      json.writeNumberProperty(name, nanos.getAsLong() / MILLI);
    } else {
      json.writeNullProperty(name);
    }
  }

  private static void percentiles(
      JsonGenerator json, String name, Percentiles values, double unit) {
    json.writeObjectPropertyStart(name);
    json.writeNumberProperty("p50", values.p50Nanos() / unit);
    json.writeNumberProperty("p99", values.p99Nanos() / unit);
  }

  private static void entry(JsonGenerator json, Result result) {
    json.writeStartObject();
    json.writeStringProperty("file", result.found().name());
    result.type().ifPresent(type -> json.writeStringProperty("type", type));
    json.writeStringProperty("outcome", result.outcome().word());
    result.error().ifPresent(error -> json.writeStringProperty("error", error));
    result.message().ifPresent(message -> json.writeStringProperty("message", message));
    if (result.found().time() == Found.Time.APPEARED) {
      json.writeBooleanProperty("appeared", true);
    }
    json.writeEndObject();
  }

  void print(PrintWriter out) {
    out.println();
    out.printf("%-24s %8d%n", "documents", accounting.documents());
    accounting
        .byOutcome()
        .forEach((outcome, count) -> out.printf("  %-22s %8d%n", outcome.word(), count));
    accounting.byError().forEach((error, count) -> out.printf("    %-20s %8d%n", error, count));
    out.printf("%-24s %8d%n", "lost", accounting.unfinished().size());
    shipped.ifPresent(set -> {
      out.printf("%-24s %8d%n", "good as expected", set.good());
      out.printf("%-24s %8d%n", "hostile handled", set.handled());
    });
    out.printf("%-24s %8d%n", "crashes", history.crashes());
    out.printf("%-24s %8d%n", "restarts", history.restarts());
    first
        .cold()
        .ifPresent(nanos -> out.printf("%-24s %8.1f ms%n", "first reply, cold", nanos / MILLI));
    first
        .spare()
        .ifPresent(nanos -> out.printf("%-24s %8.1f ms%n", "first reply, spare", nanos / MILLI));
    line(out, "inspection", accounting.inspections(), MILLI, "ms");
    line(out, "passing a right", measures.right(), MICRO, "us");
    line(out, "empty call", measures.call(), MICRO, "us");
    shipped
        .map(ShippedSet::mismatches)
        .orElse(Map.of())
        .forEach((file, found) ->
            out.printf(
                "not as expected: %s: %s%n",
                LogText.escape(file), LogText.escape(String.join("; ", found))));
    accounting
        .closedFolders()
        .forEach(folder -> out.printf("folder not readable: %s%n", LogText.escape(folder)));
    accounting
        .unfinished()
        .forEach(found -> out.printf("unfinished: %s%n", LogText.escape(found.name())));
    out.flush();
  }

  private static void line(
      PrintWriter out, String name, Percentiles values, double unit, String unitName) {
    out.printf(
        "%-24s %8.1f %s median, %.1f %s p99%n",
        name, values.p50Nanos() / unit, unitName, values.p99Nanos() / unit, unitName);
  }

  /** 0 if every file has its entry and, for the shipped set, everything was as expected. */
  int exitStatus() {
    boolean complete = accounting.unfinished().isEmpty();
    boolean expected =
        shipped.map(set -> set.mismatches().isEmpty() && set.handled() > 0).orElse(true);
    return complete && expected ? 0 : 1;
  }
}
