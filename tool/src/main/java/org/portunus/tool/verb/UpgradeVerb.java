// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.portunus.tool.install.Installer;
import org.portunus.tool.install.Place;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Installs this version beside those that are there, and removes what nobody runs. */
@Command(
    name = "upgrade",
    mixinStandardHelpOptions = true,
    description = {
      "Installs this version beside the ones that are there: run it from the new version.",
      "Running instances go on with theirs; one is replaced without a lost call by",
      "start --take-over. Versions that no instance runs are removed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus upgrade                     # what is in /usr/local, as root",
      "  ./portunus upgrade --user --json",
      "  portunus start --take-over             # then: the new version serves",
      "  portunus upgrade                       # later: removes versions that nobody runs"
    })
final class UpgradeVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private VersionOptions options = new VersionOptions();

  UpgradeVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Place where = options.place().ofExisting();
    return options.run(
        terminal,
        where,
        Installer.Mode.UPGRADE,
        outcome -> "new programs in %s get %s".formatted(where.prefix(), outcome.version()));
  }
}
