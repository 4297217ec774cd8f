// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.portunus.bench.call.CallVerb;
import org.portunus.bench.kill.KillVerb;
import org.portunus.bench.launch.LaunchVerb;
import org.portunus.bench.mach.MachVerb;
import org.portunus.bench.report.Plot;
import org.portunus.bench.report.RoundTable;
import org.portunus.bench.stream.StreamVerb;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Main of ./portunus bench. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      CallVerb.class,
      StreamVerb.class,
      MachVerb.class,
      KillVerb.class,
      LaunchVerb.class
    },
    description = "Measures the system as it runs on this machine.",
    footer = {
      "",
      "Examples:",
      "  portunus bench call --json call.json",
      "  portunus bench stream --json stream.json",
      "  portunus bench --plot call.csv",
      "  portunus bench kill",
      "  portunus bench kill --rounds 20 --json kill.json",
      "  portunus bench launch --json launch.json",
      "  portunus bench mach --json mach.json",
      "",
      "Exit status: 0 if every limit holds, 1 if not, 2 for a wrong command line."
    })
public final class Bench implements Callable<Integer> {
  @Option(
      names = "--plot",
      paramLabel = "FILE.csv",
      description =
          "Draw the rounds that call, stream or mach wrote beside its report, as FILE.svg.")
  private @Nullable Path plot;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Bench() {}

  /** Runs one benchmark and ends the process with its status. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Path csv = plot;
    if (csv == null) {
      throw new ParameterException(
          spec.commandLine(), "name a benchmark: call, stream, launch, kill, mach");
    }
    String drawn;
    try {
      drawn = Plot.draw(RoundTable.read(csv));
    } catch (NoSuchFileException e) {
      throw new ParameterException(spec.commandLine(), "there is no " + e.getMessage(), e);
    }
    Path svg = csv.resolveSibling((csv.getFileName() + "").replaceFirst("(\\.csv)?$", "") + ".svg");
    Files.writeString(svg, drawn);
    spec.commandLine().getOut().println(svg);
    return 0;
  }
}
