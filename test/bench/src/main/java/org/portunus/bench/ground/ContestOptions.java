// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.ground;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.portunus.bench.pair.Contest;
import org.portunus.bench.report.BenchReport;
import picocli.CommandLine.Option;

/** The options of a benchmark of pairs, and how it runs. */
public final class ContestOptions {
  private static final double QUICK = 0.1;
  private static final int QUICK_ROUNDS = 3;

  @Option(
      names = "--rounds",
      paramLabel = "NUMBER",
      defaultValue = "11",
      description = "Rounds of each pair (default: ${DEFAULT-VALUE}).")
  private int rounds = 11;

  @Option(
      names = "--quick",
      description = "A tenth of the work in 3 rounds: to see that all runs, not for figures.")
  private boolean quick;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report here too.")
  private @Nullable Path json;

  /**
   * Runs it, prints and writes what it gave.
   *
   * @param body the contests
   * @return the exit status
   */
  public int run(String benchmark, PrintWriter out, BiConsumer<Ground, Field> body)
      throws IOException, InterruptedException {
    Field field = new Field(quick ? QUICK_ROUNDS : rounds, progress());
    try (Ground ground = Ground.prepare(quick ? QUICK : 1)) {
      body.accept(ground, field);
    }
    BenchReport report = new BenchReport(benchmark, field.measures());
    report.print(out);
    if (json != null) {
      report.writeJson(json);
      field.table().writeBeside(json);
    }
    return report.holds() ? 0 : 1;
  }

  /** On standard error, and only where a person looks. */
  private static Contest.Progress progress() throws IOException {
    Path errors = Path.of("/proc/self/fd/2");
    boolean terminal =
        Files.isSymbolicLink(errors)
            && Files.readSymbolicLink(errors).toString().matches("/dev/(pts/.*|tty.*|console)");
    return terminal ? words -> System.err.println(words) : words -> {};
  }
}
