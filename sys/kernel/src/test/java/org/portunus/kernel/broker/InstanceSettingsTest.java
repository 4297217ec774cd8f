// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.abi.wire.MalformedFrameException;

/** The broker's arguments, and what it tells the kernel task. */
class InstanceSettingsTest {
  private static final List<String> GOOD =
      List.of(
          "instance=00000000000000010000000000000002",
          "run=/run/x",
          "jdk=/jdk",
          "system=/system",
          "jobs=/jobs",
          "bundles=/bundles=with=equals",
          "lifeline=stdin",
          "spares=2",
          "door=socket",
          "keep=log");

  @Test
  void everyArgumentIsRead() {
    InstanceSettings settings = InstanceSettings.parse(GOOD);
    assertThat(settings.instance().low()).isEqualTo(2);
    assertThat(settings.socket()).isEqualTo(Path.of("/run/x/socket"));
    assertThat(settings.log()).isEqualTo(Path.of("/run/x/log"));
    assertThat(settings.bundles()).isEqualTo(Path.of("/bundles=with=equals"));
    assertThat(settings.lifeline()).isEqualTo(InstanceSettings.Lifeline.STDIN);
    assertThat(settings.keeping()).isEqualTo(InstanceSettings.Keeping.LOG);
  }

  @Test
  void eachMissingOneIsNamed() {
    for (String argument : GOOD) {
      List<String> rest = new ArrayList<>(GOOD);
      rest.remove(argument);
      assertThatThrownBy(() -> InstanceSettings.parse(rest))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(argument.substring(0, argument.indexOf('=')));
    }
  }

  @Test
  void wrongOnesAreRefused() {
    for (String wrong :
        List.of(
            "run=relative",
            "lifeline=no",
            "door=other",
            "keep=",
            "unknown=1",
            "nothing",
            "=x",
            "instance=1")) {
      List<String> arguments = new ArrayList<>(GOOD);
      int equals = wrong.indexOf('=');
      if (equals > 0) {
        arguments.removeIf(good -> good.startsWith(wrong.substring(0, equals + 1)));
      }
      arguments.add(wrong);
      assertThatThrownBy(() -> InstanceSettings.parse(arguments))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
    List<String> twice = new ArrayList<>(GOOD);
    twice.add("jdk=/other");
    assertThatThrownBy(() -> InstanceSettings.parse(twice))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void announcementsAreExact() throws MalformedFrameException {
    PeerAnnouncement peer = new PeerAnnouncement(1000, 1001, 7, 4711);
    byte[] bytes = peer.toBytes();
    assertThat(bytes).hasSizeLessThanOrEqualTo(PeerAnnouncement.MAX_BYTES);
    assertThat(PeerAnnouncement.read(bytes)).isEqualTo(peer);
    assertThatThrownBy(() -> PeerAnnouncement.read(java.util.Arrays.copyOf(bytes, 17)))
        .isInstanceOf(MalformedFrameException.class);
    assertThatThrownBy(() -> PeerAnnouncement.read(java.util.Arrays.copyOf(bytes, 15)))
        .hasMessageContaining("pid");
  }
}
