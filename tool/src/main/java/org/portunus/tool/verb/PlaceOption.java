// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.portunus.tool.install.InstallRecord;
import org.portunus.tool.install.Place;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.RunFolder;
import picocli.CommandLine.Option;

/** The options that name an installation. */
final class PlaceOption {
  @Option(names = "--user", description = "an installation of your own, in ~/.local")
  private boolean user;

  @Option(
      names = "--prefix",
      paramLabel = "DIR",
      description = "where it lies (default: /usr/local; with --user ~/.local)")
  private Optional<Path> prefix = Optional.empty();

  private Optional<Place.Scope> scope() {
    return user ? Optional.of(Place.Scope.USER) : Optional.empty();
  }

  /** Where a new one is to be. */
  Place ofNew() {
    return Place.of(scope(), prefix, System.getenv(), RunFolder.uid());
  }

  /** The one that is there: where this program is installed, if nothing else is said. */
  Place ofExisting() throws IOException {
    Optional<Path> where =
        prefix.isPresent() || user ? prefix : Installation.current().installedPrefix();
    Place place = Place.of(scope(), where, System.getenv(), RunFolder.uid());
    return InstallRecord.read(place)
        .map(record -> new Place(record.scope(), place.prefix()))
        .orElse(place);
  }
}
