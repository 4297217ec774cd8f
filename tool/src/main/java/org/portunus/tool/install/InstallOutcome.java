// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import java.nio.file.Path;
import java.util.List;

/**
 * What was done to an installation.
 *
 * @param version the one that new programs get; empty after a removal
 * @param versions all that are there now
 * @param removed versions that went
 * @param kept what stays although it could have gone, and why
 */
public record InstallOutcome(
    Place place, String version, List<String> versions, List<String> removed, List<Kept> kept) {

  /** A thing that stays. */
  public record Kept(String what, String why) {
    static Kept of(Path path, String why) {
      return new Kept(path.toString(), why);
    }
  }

  public InstallOutcome {
    versions = List.copyOf(versions);
    removed = List.copyOf(removed);
    kept = List.copyOf(kept);
  }
}
