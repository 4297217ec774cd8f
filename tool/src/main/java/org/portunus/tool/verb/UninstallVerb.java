// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.portunus.tool.install.InstallOutcome;
import org.portunus.tool.install.Place;
import org.portunus.tool.install.Uninstaller;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes an installation. */
@Command(
    name = "uninstall",
    mixinStandardHelpOptions = true,
    description = {
      "Removes an installation with all of its versions.",
      "What was changed or added since stays, and is named. An instance that the",
      "installation's owner runs has to end first; those of other users do not count."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus uninstall --user            # what is in ~/.local",
      "  portunus uninstall                     # the installation of the program itself"
    })
final class UninstallVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private PlaceOption place = new PlaceOption();

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  UninstallVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Place where = place.ofExisting();
    InstallReport.Form form = json ? InstallReport.Form.JSON : InstallReport.Form.TEXT;
    // The jars of this program may go with the rest: what prints is loaded while they are there.
    Terminal nobody = new Terminal(nowhere(), nowhere(), terminal.colours());
    print(new InstallOutcome(where, "", List.of(), List.of("-"), List.of()), nobody, form);
    print(Uninstaller.run(where), terminal, form);
    return ExitStatus.FINE.number();
  }

  private static void print(InstallOutcome outcome, Terminal terminal, InstallReport.Form form)
      throws IOException {
    String first = "removed what was installed in " + outcome.place().prefix();
    new InstallReport(outcome).print(terminal, form, first);
  }

  private static PrintStream nowhere() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
