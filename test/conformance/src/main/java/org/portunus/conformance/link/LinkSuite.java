// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;

/** Every state of a link with every fault that fits, many seeds each. */
public final class LinkSuite {
  /** What the command line calls it. */
  public static final String NAME = "link";

  /** Cases of a row. */
  public static final int SEEDS = 50;

  static final int COURTS = 2;

  private LinkSuite() {}

  /** A state and a fault that fit together. */
  record Row(LinkState state, Fault fault) {
    String id() {
      return "link-"
          + fault.name().toLowerCase(Locale.ROOT)
          + "-"
          + state.name().toLowerCase(Locale.ROOT);
    }
  }

  static List<Row> rows() {
    return Arrays.stream(Fault.values())
        .flatMap(fault ->
            Arrays.stream(LinkState.values())
                .filter(fault::fits)
                .map(state -> new Row(state, fault)))
        .toList();
  }

  /** A line for each row. */
  public static List<String> list() {
    return rows().stream()
        .map(row -> "%-28s %-10s %s".formatted(row.id(), "processes", row.fault().title()))
        .toList();
  }

  /**
   * Runs every row.
   *
   * @param first the seed of the first case of each row
   */
  public static SuiteReport run(long first) throws IOException {
    return run(rows(), first, SEEDS, List.of(), COURTS);
  }

  /**
   * Runs these rows.
   *
   * @param options for the victims' Java machines
   */
  static SuiteReport run(List<Row> rows, long first, int seeds, List<String> options)
      throws IOException {
    return run(rows, first, seeds, options, COURTS);
  }

  /**
   * Runs these rows; most of a row is waiting.
   *
   * @param most how many courts may sit at once: figures of honest clients are for {@link #COURTS}
   */
  static SuiteReport run(List<Row> rows, long first, int seeds, List<String> options, int most)
      throws IOException {
    int courts = Math.min(most, rows.size());
    List<CompletableFuture<Sitting>> sittings = new ArrayList<>();
    for (int i = 0; i < courts; i++) {
      int court = i;
      List<Row> share =
          IntStream.range(0, rows.size())
              .filter(row -> row % courts == court)
              .mapToObj(rows::get)
              .toList();
      CompletableFuture<Sitting> sitting = new CompletableFuture<>();
      Thread.ofPlatform()
          .name("court-" + i)
          .start(() -> {
            try {
              sitting.complete(sit(share, first, seeds, options));
            } catch (IOException | RuntimeException | AssertionError failure) {
              sitting.completeExceptionally(failure);
            }
          });
      sittings.add(sitting);
    }
    Map<String, SuiteRow> done = new HashMap<>();
    List<String> remarks = new ArrayList<>();
    try {
      for (CompletableFuture<Sitting> sitting : sittings) {
        sitting.get().rows().forEach(row -> done.put(row.id(), row));
        remarks.addAll(sitting.get().remarks());
      }
    } catch (InterruptedException | ExecutionException failure) {
      throw new IOException(failure);
    }
    List<SuiteRow> inOrder =
        rows.stream()
            .map(row ->
                done.getOrDefault(row.id(), row(row, first, seeds, List.of("it was not run"))))
            .toList();
    remarks.addFirst(rows.size() * seeds + " cases, seeds " + first + " to " + (first + seeds - 1));
    return new SuiteReport(NAME, inOrder, remarks);
  }

  private record Sitting(List<SuiteRow> rows, List<String> remarks) {}

  private static Sitting sit(List<Row> rows, long first, int seeds, List<String> options)
      throws IOException {
    List<SuiteRow> done = new ArrayList<>();
    try (Court court = Court.open(options)) {
      if (seeds == SEEDS) {
        List<String> wrong = court.harmless(seeds);
        if (!wrong.isEmpty()) {
          throw new IOException("harmless peers are no harm: " + wrong);
        }
      }
      for (Row row : rows) {
        done.add(row(row, first, seeds, court.judge(row, first, seeds)));
        if (!court.isGood()) {
          return new Sitting(done, List.of("the victim's process is gone after " + row.id()));
        }
      }
      if (!court.heapIsGood()) {
        Row last = rows.getLast();
        done.removeLast();
        done.add(
            row(last, first, seeds, List.of("the victim's heap has grown: sessions are kept")));
      }
      return new Sitting(done, court.remarks());
    }
  }

  private static SuiteRow row(Row row, long first, int seeds, List<String> wrong) {
    String cases = "%d cases, seeds %d to %d".formatted(seeds, first, first + seeds - 1);
    return new SuiteRow(
        row.id(),
        row.fault().title() + ", " + row.state().name().toLowerCase(Locale.ROOT),
        "processes",
        wrong.isEmpty() ? SuiteRow.Result.PASS : SuiteRow.Result.FAIL,
        Stream.concat(Stream.of(cases), wrong.stream().limit(5))
            .reduce((a, b) -> a + "; " + b)
            .orElse(cases));
  }
}
