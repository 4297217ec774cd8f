// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What every round gave, as a file of comma-separated values beside the report. */
public final class RoundTable {
  /** Its first line. */
  static final String HEAD = "measure,pair,round,value,unit,p50_ns,p90_ns,p99_ns,p99.9_ns,max_ns";

  private static final int PERCENTILES = 5;
  private static final Pattern LINE =
      Pattern.compile("\"([^\"]*)\",\"([^\"]*)\",(\\d+),([-.\\d]+),([^,]*)((?:,\\d*){5})");

  /**
   * One round of one pair.
   *
   * @param percentiles 50, 90, 99, 99.9 and the longest in nanoseconds, or none
   */
  public record Round(
      String measure, String pair, int round, double value, String unit, List<Long> percentiles) {
    public Round {
      percentiles = List.copyOf(percentiles);
    }

    private String line() {
      Stream<String> tail =
          percentiles.isEmpty()
              ? Stream.generate(() -> "")
              : percentiles.stream().map(nanos -> Long.toString(nanos));
      return String.format(
          Locale.ROOT,
          "\"%s\",\"%s\",%d,%.4f,%s,%s",
          measure,
          pair,
          round,
          value,
          unit,
          tail.limit(PERCENTILES).collect(Collectors.joining(",")));
    }
  }

  private final List<Round> rounds = new ArrayList<>();

  public void add(Round round) {
    rounds.add(round);
  }

  public List<Round> rounds() {
    return List.copyOf(rounds);
  }

  /** Writes it beside the report: NAME.csv for NAME.json. */
  public void writeBeside(Path json) throws IOException {
    String name = json.getFileName() + "";
    Files.write(
        json.resolveSibling(name.replaceFirst("(\\.json)?$", "") + ".csv"),
        Stream.concat(Stream.of(HEAD), rounds.stream().map(Round::line)).toList());
  }

  /**
   * Reads what was written.
   *
   * @throws IOException also for a file of another form
   */
  public static RoundTable read(Path csv) throws IOException {
    List<String> lines = Files.readAllLines(csv);
    if (lines.isEmpty() || !lines.getFirst().equals(HEAD)) {
      throw new IOException(csv + " is not a table that bench call or stream wrote");
    }
    RoundTable table = new RoundTable();
    for (int i = 1; i < lines.size(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (!line.matches()) {
        throw new IOException(csv + ": line " + (i + 1) + " has another form");
      }
      table.add(
          new Round(
              line.group(1),
              line.group(2),
              Integer.parseInt(line.group(3)),
              Double.parseDouble(line.group(4)),
              line.group(5),
              Stream.of(line.group(6).substring(1).split(","))
                  .filter(nanos -> !nanos.isEmpty())
                  .map(Long::valueOf)
                  .toList()));
    }
    return table;
  }
}
