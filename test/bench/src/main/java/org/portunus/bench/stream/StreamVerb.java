// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.stream;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.portunus.bench.ground.ContestOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** ./portunus bench stream. */
@Command(
    name = "stream",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures one-way messages and large data over a link: 64 bytes, 64 KiB, sealed",
      "memory of 64 MiB; in turn with other pairs of processes that do the same. Takes",
      "about a minute, more on a busy machine."
    },
    footer = {
      "",
      "A peer that is not installed gives an entry that says so. With --json FILE.json",
      "what each round gave goes to FILE.csv; portunus bench --plot FILE.csv draws it.",
      "docs/benchmarks.md says what is measured.",
      "",
      "Examples:",
      "  portunus bench stream",
      "  portunus bench stream --rounds 21 --json stream.json",
      "  portunus bench stream --quick"
    })
public final class StreamVerb implements Callable<Integer> {
  @Mixin private ContestOptions options = new ContestOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private StreamVerb() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    return options.run("stream", spec.commandLine().getOut(), StreamRows::run);
  }
}
