// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import java.util.List;

/** The units of systemd: one for the instance without a name, a template for those with one. */
public final class Units {
  private Units() {}

  /** Both, for this place. */
  public static List<Provided> of(Place place) {
    return List.of(
        new Provided(place.units().resolve("portunus.service"), text(place, "", "")),
        new Provided(
            place.units().resolve("portunus@.service"), text(place, " %i", " --instance %i")));
  }

  /**
   * SAFETY: a prefix has no quote, backslash, dollar or percent sign and no control character, so
   * quotes around it are all that systemd's own syntax needs.
   */
  private static String text(Place place, String name, String arguments) {
    String target =
        switch (place.scope()) {
          case SYSTEM -> "multi-user.target";
          case USER -> "default.target";
        };
    return """
    [Unit]
    Description=Portunus instance%s
    Documentation=man:portunus(1)

    [Service]
    Type=exec
    ExecStart="%s" start%s
    KillMode=mixed
    TimeoutStopSec=30
    Restart=on-failure

    [Install]
    WantedBy=%s
    """
        .formatted(name, place.program(), arguments, target);
  }
}
