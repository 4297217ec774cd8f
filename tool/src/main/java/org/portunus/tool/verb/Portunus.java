// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program without a verb: only tells that one is missing. */
@Command(
    name = "portunus",
    mixinStandardHelpOptions = true,
    version = "Portunus 0.1.0",
    description = "A hybrid kernel system in user space.",
    synopsisSubcommandLabel = "VERB",
    footer = {
      "",
      "./portunus help lists the verbs of the script, such as demo and test.",
      "Exit status: 0 fine, 1 failed, 2 wrong use, 3 this machine lacks something."
    })
final class Portunus implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    CommandLine line = spec.commandLine();
    throw new ParameterException(line, "a verb is missing: " + line.getSubcommands().keySet());
  }
}
