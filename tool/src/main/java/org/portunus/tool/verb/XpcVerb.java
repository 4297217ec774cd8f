// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What concerns service interfaces; only its own verbs do something. */
@Command(
    name = "xpc",
    mixinStandardHelpOptions = true,
    description =
        "Compares versions of service interfaces; describes and calls services by theirs.",
    synopsisSubcommandLabel = "VERB",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus xpc check old/greeter.jar new/greeter.jar",
      "  ./portunus xpc describe tutorial.greeter",
      "  ./portunus xpc call tutorial.greeter greet '[\"Ada\"]'"
    })
final class XpcVerb implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    CommandLine line = spec.commandLine();
    throw new ParameterException(line, "a verb is missing: " + line.getSubcommands().keySet());
  }
}
