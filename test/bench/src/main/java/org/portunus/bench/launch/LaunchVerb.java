// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.launch;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** ./portunus bench launch. */
@Command(
    name = "launch",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the first reply of a service of twenty classes: from a spare, cold from the AOT",
      "cache, cold without it; against a Java machine that says hello under bubblewrap. And the",
      "memory of a spare, of idle inspectors after ten PDFs, of kernel task and launchd."
    },
    footer = {
      "",
      "With --json FILE.json the milliseconds of each round go to FILE.csv.",
      "",
      "Examples:",
      "  portunus bench launch",
      "  portunus bench launch --rounds 31 --json launch.json"
    })
public final class LaunchVerb implements Callable<Integer> {
  private static final int WARM_UPS = 3;

  @Option(
      names = "--rounds",
      paramLabel = "COUNT",
      defaultValue = "15",
      description = "Rounds, each with one start of every kind (default: ${DEFAULT-VALUE}).")
  private int rounds = 15;

  @Option(
      names = "--documents",
      paramLabel = "FOLDER",
      defaultValue = "examples/inspector/corpus/real",
      description = "PDFs for the inspectors' memory (default: ${DEFAULT-VALUE}).")
  private Path documents = Path.of("examples/inspector/corpus/real");

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report here too.")
  private @Nullable Path json;

  @Spec private CommandSpec spec = CommandSpec.create();

  private LaunchVerb() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    LaunchRun run = new LaunchRun(Installation.current(), documents, WARM_UPS, rounds);
    LaunchRun.Findings findings = run.run(round -> progress(out, round));
    BenchReport report = findings.report();
    report.print(out);
    if (json != null) {
      report.writeJson(json);
      writeRounds(json, findings);
    }
    return report.holds() ? 0 : 1;
  }

  private void progress(PrintWriter out, int round) {
    if (round > 0 && round % 5 == 0) {
      out.println("round " + round + " of " + rounds);
      out.flush();
    }
  }

  private void writeRounds(Path report, LaunchRun.Findings findings) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("round,start,ms");
    findings
        .millis()
        .forEach((kind, values) -> {
          for (int i = 0; i < values.size(); i++) {
            lines.add("%d,\"%s\",%.3f".formatted(i + 1, kind, values.get(i)));
          }
        });
    String name = report.getFileName() + "";
    Files.write(report.resolveSibling(name.replaceFirst("(\\.json)?$", "") + ".csv"), lines);
  }
}
