// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench;

import org.portunus.bench.call.CallVerb;
import org.portunus.bench.kill.KillVerb;
import org.portunus.bench.launch.LaunchVerb;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Main of ./portunus bench. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {CallVerb.class, KillVerb.class, LaunchVerb.class},
    description = "Measures the system as it runs on this machine.",
    footer = {
      "",
      "Examples:",
      "  portunus bench call",
      "  portunus bench kill",
      "  portunus bench kill --rounds 20 --json kill.json",
      "  portunus bench launch --json launch.json",
      "",
      "Exit status: 0 if every limit holds, 1 if not, 2 for a wrong command line."
    })
public final class Bench implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Bench() {}

  /** Runs one benchmark and ends the process with its status. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a benchmark: call, kill, launch");
  }
}
