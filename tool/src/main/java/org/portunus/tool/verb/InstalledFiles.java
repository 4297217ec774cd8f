// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.portunus.tool.install.Place;
import org.portunus.tool.install.Provided;
import org.portunus.tool.install.Units;
import org.portunus.tool.install.VersionTree;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.terminal.Terminal;
import picocli.AutoComplete;

/** What comes beside the versions of an installation, made from the verbs themselves. */
final class InstalledFiles {
  private InstalledFiles() {}

  static List<Provided> of(Terminal terminal, Place place) {
    List<Provided> files = new ArrayList<>(Units.of(place));
    String completion = AutoComplete.bash("portunus", CommandLineParser.of(terminal));
    files.add(new Provided(place.completion(), completion));
    for (ManPage page : ManPage.all(terminal)) {
      files.add(new Provided(place.manuals().resolve(page.name() + ".1"), page.text()));
    }
    files.add(new Provided(place.configuration(), configuration(place)));
    return files;
  }

  private static String configuration(Place place) {
    return """
    # Settings of Portunus: see portunus config --help.
    # KEY = VALUE for every instance; below [NAME] for the instance of that name.
    jobs = %s
    bundles = %s
    """
        .formatted(place.state().resolve("jobs"), place.state().resolve("bundles"));
  }

  /** The version that this program was started from. */
  static VersionTree source(VersionTree.Transfer transfer) {
    Installation installation = Installation.current();
    Path home =
        Path.of(
            Objects.requireNonNull(
                System.getProperty("portunus.home"), "the start script sets portunus.home"));
    return new VersionTree(home, installation.dist(), installation.jdk(), transfer);
  }
}
