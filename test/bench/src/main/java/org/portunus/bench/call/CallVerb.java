// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.portunus.bench.report.BenchReport;
import org.portunus.bench.report.Measure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** ./portunus bench call. */
@Command(
    name = "call",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures a typed call with reply, 64 bytes each way, over a link, and in turn with it round",
      "trips of 64 bytes between other pairs of processes. The link is made by the benchmark."
    },
    footer = {
      "",
      "With --json FILE.json the percentiles of each round go to FILE.csv.",
      "",
      "Examples:",
      "  portunus bench call",
      "  portunus bench call --rounds 21 --json call.json"
    })
public final class CallVerb implements Callable<Integer> {
  @Option(
      names = "--rounds",
      paramLabel = "NUMBER",
      defaultValue = "11",
      description = "Rounds of each pair (default: ${DEFAULT-VALUE}).")
  private int rounds = 11;

  @Option(
      names = "--calls",
      paramLabel = "NUMBER",
      defaultValue = "100000",
      description = "Calls of each round (default: ${DEFAULT-VALUE}).")
  private int calls = 100_000;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report here too.")
  private @Nullable Path json;

  @Spec private CommandSpec spec = CommandSpec.create();

  private CallVerb() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Files.createTempDirectory("bench");
    Optional<Path> compiled = CallRun.compile(folder);
    List<Measure> measures = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    lines.add("pair,placement,round,p50_ns,p90_ns,p99_ns,p99.9_ns,max_ns");
    CallRun run = new CallRun(rounds, calls, out);
    for (CallRun.Placement placement : CallRun.Placement.values()) {
      CallRun.Result result = run.run(placement, compiled);
      measures.addAll(result.measures());
      lines.addAll(result.lines());
    }
    if (compiled.isEmpty()) {
      out.println("no gcc: the pairs in C were left out");
    }
    BenchReport report = new BenchReport("call", measures);
    report.print(out);
    if (json != null) {
      report.writeJson(json);
      String name = json.getFileName() + "";
      Files.write(json.resolveSibling(name.replaceFirst("(\\.json)?$", "") + ".csv"), lines);
    }
    return report.holds() ? 0 : 1;
  }
}
