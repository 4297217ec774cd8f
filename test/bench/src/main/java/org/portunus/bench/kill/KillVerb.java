// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.kill;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.portunus.bench.report.BenchReport;
import org.portunus.tool.instance.Installation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** ./portunus bench kill. */
@Command(
    name = "kill",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Inspects documents while the service is killed at random moments (kill -9).",
      "Every document must end with exactly one entry, every call with its answer or interrupted."
    },
    footer = {
      "",
      "With --json FILE.json the restart of each round goes to FILE.csv.",
      "",
      "Examples:",
      "  portunus bench kill",
      "  portunus bench kill --rounds 20 --seed 7 --json kill.json"
    })
public final class KillVerb implements Callable<Integer> {
  @Option(
      names = "--rounds",
      paramLabel = "KILLS",
      defaultValue = "200",
      description = "How often the service is killed (default: ${DEFAULT-VALUE}).")
  private int rounds = 200;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report here too.")
  private @Nullable Path json;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Of the random moments (default: another one each time, printed).")
  private @Nullable Long seed;

  @Option(
      names = "--documents",
      paramLabel = "FOLDER",
      defaultValue = "examples/inspector/corpus/real",
      description = "What to inspect (default: ${DEFAULT-VALUE} of the project).")
  private Path documents = Path.of("examples/inspector/corpus/real");

  @Spec private CommandSpec spec = CommandSpec.create();

  private KillVerb() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    long chosen = seed == null ? new SecureRandom().nextLong() : seed;
    out.println("seed " + chosen);
    out.flush();
    Path home = Path.of(System.getProperty("portunus.home", ""));
    KillRun run = new KillRun(Installation.current(), home.resolve(documents), rounds, chosen);
    KillFindings findings = run.run(round -> progress(out, round));
    BenchReport report = findings.report();
    report.print(out);
    findings.violations().forEach(violation -> out.println("broken: " + violation));
    out.flush();
    if (json != null) {
      report.writeJson(json);
      writeRounds(json, findings);
    }
    return report.holds() ? 0 : 1;
  }

  private void progress(PrintWriter out, int round) {
    if (round % 10 == 0) {
      out.println("killed " + round + " of " + rounds);
      out.flush();
    }
  }

  private static void writeRounds(Path json, KillFindings findings) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("round,restart_ms");
    for (int i = 0; i < findings.restartMillis().size(); i++) {
      lines.add("%d,%.3f".formatted(i + 1, findings.restartMillis().get(i)));
    }
    String name = json.getFileName() + "";
    Files.write(json.resolveSibling(name.replaceFirst("(\\.json)?$", "") + ".csv"), lines);
  }
}
