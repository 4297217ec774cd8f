// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.portunus.bench.ground.ContestOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** ./portunus bench call. */
@Command(
    name = "call",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures typed calls with reply over a link: awake, on one core, after silence,",
      "from a thousand virtual threads, with a right to a file, and what they",
      "allocate; in turn with other pairs of processes that do the same. Takes a",
      "minute or two, more on a busy machine."
    },
    footer = {
      "",
      "A peer that is not installed gives an entry that says so. With --json FILE.json",
      "what each round gave goes to FILE.csv; portunus bench --plot FILE.csv draws it.",
      "docs/benchmarks.md says what is measured.",
      "",
      "Examples:",
      "  portunus bench call",
      "  portunus bench call --rounds 21 --json call.json",
      "  portunus bench call --quick"
    })
public final class CallVerb implements Callable<Integer> {
  @Mixin private ContestOptions options = new ContestOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private CallVerb() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    return options.run("call", spec.commandLine().getOut(), CallRows::run);
  }
}
