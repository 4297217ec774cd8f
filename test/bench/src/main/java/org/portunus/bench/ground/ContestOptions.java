// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.ground;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.portunus.bench.pair.Contest;
import org.portunus.bench.pair.RunningPairs;
import org.portunus.bench.report.BenchReport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a benchmark of pairs, and how it runs. */
public final class ContestOptions {
  private static final double QUICK = 0.1;
  private static final int QUICK_ROUNDS = 3;
  private static final int INTERRUPTED = 130;

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

  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee = CommandSpec.create();

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
    if (rounds < 1) {
      throw new ParameterException(mixee.commandLine(), "--rounds is at least 1");
    }
    Field field;
    try (Ground ground = Ground.prepare(quick ? QUICK : 1);
        RunningPairs pairs = new RunningPairs()) {
      field =
          new Field(pairs, quick ? QUICK_ROUNDS : rounds, progress(mixee.commandLine().getErr()));
      Thread interrupted =
          new Thread(() -> end(ground, pairs, mixee.commandLine().getErr()), "ends pairs");
      Runtime.getRuntime().addShutdownHook(interrupted);
      try {
        body.accept(ground, field);
      } finally {
        boolean _ = Runtime.getRuntime().removeShutdownHook(interrupted);
      }
    }
    BenchReport report = new BenchReport(benchmark, field.measures());
    report.print(out);
    field.notes().forEach(out::println);
    if (json != null) {
      report.writeJson(json);
      field.table().writeBeside(json);
    }
    return report.holds() ? 0 : 1;
  }

  /** When somebody ends this program: nothing of the pairs is left. */
  private static void end(Ground ground, RunningPairs pairs, PrintWriter err) {
    pairs.close();
    try {
      ground.close();
    } catch (IOException e) {
      err.println("portunus: " + ground.folder() + " is left: " + e);
      err.flush();
    }
    Runtime.getRuntime().halt(INTERRUPTED);
  }

  /** On standard error, and only where a person looks. */
  private static Contest.Progress progress(PrintWriter err) throws IOException {
    Path errors = Path.of("/proc/self/fd/2");
    boolean terminal =
        Files.isSymbolicLink(errors)
            && Files.readSymbolicLink(errors).toString().matches("/dev/(pts/.*|tty.*|console)");
    return terminal
        ? words -> {
          err.println(words);
          err.flush();
        }
        : words -> {};
  }
}
