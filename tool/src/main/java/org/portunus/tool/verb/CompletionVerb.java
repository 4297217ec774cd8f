// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.concurrent.Callable;
import org.portunus.tool.terminal.Terminal;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints the completion script of bash. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints the script that lets bash complete verbs and options.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(./portunus completion)",
      "  ./portunus completion > ~/.local/share/bash-completion/completions/portunus"
    })
final class CompletionVerb implements Callable<Integer> {
  private final Terminal terminal;

  CompletionVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().println(AutoComplete.bash("portunus", CommandLineParser.of(terminal)));
    return ExitStatus.FINE.number();
  }
}
