// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.util.function.Function;
import org.portunus.tool.install.InstallOutcome;
import org.portunus.tool.install.Installer;
import org.portunus.tool.install.Place;
import org.portunus.tool.install.VersionTree;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the verbs that put this version somewhere, and what these have in common. */
final class VersionOptions {
  @Mixin private PlaceOption place = new PlaceOption();

  @Option(
      names = "--link",
      description = "hard links instead of copies: for packages, whose own files stay")
  private boolean link;

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  PlaceOption place() {
    return place;
  }

  /** Puts this version there, and prints what was done; the first line is the verb's own. */
  int run(
      Terminal terminal, Place where, Installer.Mode mode, Function<InstallOutcome, String> first)
      throws IOException {
    VersionTree.Transfer transfer =
        link ? VersionTree.Transfer.HARD_LINK : VersionTree.Transfer.COPY;
    InstallOutcome outcome =
        Installer.run(
            where, InstalledFiles.source(transfer), InstalledFiles.of(terminal, where), mode);
    new InstallReport(outcome)
        .print(
            terminal,
            json ? InstallReport.Form.JSON : InstallReport.Form.TEXT,
            first.apply(outcome));
    return ExitStatus.FINE.number();
  }
}
