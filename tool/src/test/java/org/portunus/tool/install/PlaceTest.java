// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.PortunusException;

class PlaceTest {
  private static final Map<String, String> HOME = Map.of("HOME", "/home/ada");

  @Test
  void rootInstallsForEverybodyAndAUserForHimself() {
    Place system = Place.of(Optional.empty(), Optional.empty(), Map.of(), 0);
    assertThat(system.prefix()).isEqualTo(Path.of("/usr/local"));
    assertThat(system.configuration()).isEqualTo(Path.of("/etc/portunus.conf"));
    assertThat(system.state()).isEqualTo(Path.of("/var/lib/portunus"));
    Place user = Place.of(Optional.of(Place.Scope.USER), Optional.empty(), HOME, 7);
    assertThat(user.prefix()).isEqualTo(Path.of("/home/ada/.local"));
    assertThat(user.configuration()).isEqualTo(Path.of("/home/ada/.local/etc/portunus.conf"));
    assertThatThrownBy(() -> Place.of(Optional.empty(), Optional.empty(), HOME, 7))
        .isInstanceOf(PortunusException.class)
        .hasMessageContaining("--user");
  }

  @Test
  void aPrefixThatALaunchLineWouldReadOtherwiseIsRefused() {
    for (String prefix :
        List.of("relative", "/a:b", "/a\"b", "/a'b", "/a$b", "/a%b", "/a\\b", "/a\nb", "/a/../b")) {
      assertThatThrownBy(() -> new Place(Place.Scope.SYSTEM, Path.of(prefix)))
          .as(prefix)
          .isInstanceOf(PortunusException.class);
    }
  }

  @Test
  void unitsQuoteTheirProgram() {
    Place place = new Place(Place.Scope.SYSTEM, Path.of("/opt/a b;c"));
    assertThat(Units.of(place))
        .allMatch(unit -> unit.text().contains("ExecStart=\"/opt/a b;c/bin/portunus\" start"));
  }
}
