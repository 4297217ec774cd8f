// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.portunus.bench.report.Measure;
import org.portunus.bench.report.Measure.Direction;
import org.portunus.bench.report.Measure.Peer;

/**
 * The rounds of all pairs, in turn, for one placement of the two ends.
 *
 * @param rounds of each pair
 * @param calls of each round
 */
record CallRun(int rounds, int calls, PrintWriter out) {
  private static final double NO_LIMIT = Double.NaN;

  /** Where the two ends of a pair run. */
  enum Placement {
    DIFFERENT_CORES("different cores", 1, 2.0, NO_LIMIT),
    SAME_CORE("same core", 0, NO_LIMIT, 1.25);

    private final String words;
    private final int serviceCpu;
    private final double spinLimit;
    private final double nioLimit;

    Placement(String words, int serviceCpu, double spinLimit, double nioLimit) {
      this.words = words;
      this.serviceCpu = serviceCpu;
      this.spinLimit = spinLimit;
      this.nioLimit = nioLimit;
    }
  }

  /** What one placement gave, and its rounds as lines of a table. */
  record Result(List<Measure> measures, List<String> lines) {}

  Result run(Placement placement, Optional<Path> compiled) throws IOException {
    String service = Integer.toString(placement.serviceCpu);
    List<Pair> pairs = new ArrayList<>();
    try {
      pairs.add(Pair.start("link", java("link", service)));
      pairs.add(Pair.start("Java NIO unix socket", java("nio", service)));
      if (compiled.isPresent()) {
        String program = compiled.get().toString();
        pairs.add(Pair.start("C unix socketpair", List.of(program, "socket", "0", service)));
        // Two that spin on one core only wait for the end of their time slices.
        if (placement == Placement.DIFFERENT_CORES) {
          pairs.add(Pair.start("C spin", List.of(program, "spin", "0", service)));
        }
      }
      for (int i = 0; i < rounds; i++) {
        for (Pair pair : pairs) {
          pair.round(calls);
        }
        out.println(placement.words + ", round " + (i + 1) + " of " + rounds);
        out.flush();
      }
      return new Result(measures(placement, pairs), lines(placement, pairs));
    } finally {
      pairs.forEach(Pair::close);
    }
  }

  private static List<String> java(String kind, String service) {
    return JavaProcess.command(0, List.of("call", kind, service));
  }

  private static List<Measure> measures(Placement placement, List<Pair> pairs) {
    List<Measure> measures = new ArrayList<>();
    double[] own = pairs.getFirst().medians();
    for (Pair pair : pairs.subList(1, pairs.size())) {
      double limit =
          switch (pair.name()) {
            case "C spin" -> placement.spinLimit;
            case "Java NIO unix socket" -> placement.nioLimit;
            default -> NO_LIMIT;
          };
      double[] other = pair.medians();
      measures.add(
          new Measure(
              "typed call 64 B p50, " + placement.words,
              middle(own),
              own[0],
              own[own.length - 1],
              "us",
              Double.isNaN(limit) ? OptionalDouble.empty() : OptionalDouble.of(limit),
              Direction.AT_MOST,
              Optional.of(new Peer(pair.name(), middle(other)))));
    }
    return measures;
  }

  private static double middle(double[] sorted) {
    return sorted[sorted.length / 2];
  }

  private static List<String> lines(Placement placement, List<Pair> pairs) {
    List<String> lines = new ArrayList<>();
    for (Pair pair : pairs) {
      int round = 0;
      for (long[] p : pair.rounds()) {
        lines.add(
            "%s,%s,%d,%d,%d,%d,%d,%d"
                .formatted(pair.name(), placement.words, ++round, p[0], p[1], p[2], p[3], p[4]));
      }
    }
    return lines;
  }

  /** Compiles the pairs in C; empty where there is no gcc. */
  static Optional<Path> compile(Path folder) throws IOException, InterruptedException {
    if (!Files.isExecutable(Path.of("/usr/bin/gcc"))) {
      return Optional.empty();
    }
    Path source = folder.resolve("peer.c");
    try (InputStream in = CallRun.class.getResourceAsStream("peer.c")) {
      if (in == null) {
        throw new IOException("peer.c is not in this module");
      }
      Files.copy(in, source);
    }
    Path program = folder.resolve("peer");
    int status =
        new ProcessBuilder("/usr/bin/gcc", "-O2", "-o", program.toString(), source.toString())
            .inheritIO()
            .start()
            .waitFor();
    return status == 0 ? Optional.of(program) : Optional.empty();
  }
}
