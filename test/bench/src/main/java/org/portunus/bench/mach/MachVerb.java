// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.mach;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.portunus.bench.ground.ContestOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** ./portunus bench mach. */
@Command(
    name = "mach",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures messages through the kernel task in turn with a raw seqpacket echo in C,",
      "names, connections, the heap of ports and turns of the kernel's loop, also while",
      "hostile descriptors arrive (from a folder with the sources only); and a page",
      "fault that a service in another process serves, in turn with the handler in C."
    },
    footer = {
      "",
      "A peer that is not installed gives an entry that says so. With --json FILE.json",
      "what each round gave goes to FILE.csv; portunus bench --plot FILE.csv draws it.",
      "docs/benchmarks.md says what is measured.",
      "",
      "Examples:",
      "  portunus bench mach",
      "  portunus bench mach --rounds 21 --json mach.json",
      "  portunus bench mach --quick"
    })
public final class MachVerb implements Callable<Integer> {
  @Mixin private ContestOptions options = new ContestOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private MachVerb() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    return options.run("mach", spec.commandLine().getOut(), MachRows::run);
  }
}
