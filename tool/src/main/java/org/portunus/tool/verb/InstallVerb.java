// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.portunus.tool.install.Installer;
import org.portunus.tool.install.Place;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Installs this version. */
@Command(
    name = "install",
    mixinStandardHelpOptions = true,
    description = {
      "Installs this version: program, units of systemd, completion, manual pages,",
      "a configuration file, and folders for jobs and bundles. No service is started.",
      "A record of all that is there now lets uninstall remove it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus install                     # as root, in /usr/local, for everybody",
      "  ./portunus install --user              # in ~/.local",
      "  ./portunus install --prefix /opt/portunus --json"
    })
final class InstallVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private VersionOptions options = new VersionOptions();

  InstallVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Place where = options.place().ofNew();
    return options.run(
        terminal,
        where,
        Installer.Mode.INSTALL,
        outcome ->
            "installed %s in %s: %s"
                .formatted(
                    outcome.version(), where.prefix(), where.prefix().resolve("bin/portunus")));
  }
}
