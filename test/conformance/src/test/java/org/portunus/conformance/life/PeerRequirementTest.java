// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.identity.PeerRequirement;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.LifeProbeXpc;

/** Requirements on the peer, between bundles that meet them and others. */
class PeerRequirementTest {
  private static final String PLAIN = "probe.plain";
  private static final String FRIEND = "probe.friend";
  private static final String GUARDED = "probe.guarded";

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> idle = Map.of("IdleTimeout", "600");
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(PLAIN, idle, 0)
                .job(FRIEND, idle, 0)
                .job(GUARDED, idle, 0, "portunus.lifeprobe.GuardedProbeService"));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  private static void assertRefused(ThrowingCallable call, String... parts) {
    assertThatExceptionOfType(PortunusException.class)
        .isThrownBy(call)
        .satisfies(refusal -> {
          assertThat(refusal.code()).isEqualTo(ErrorCode.PEER_REQUIREMENT);
          assertThat(refusal.getMessage()).contains(parts);
        });
  }

  private static CodeIdentity codeOf(String service) {
    try (ServiceConnection<LifeProbe> connection = instance.open(service)) {
      assertThat(connection.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
    }
    return CodeIdentity.ofBytes(
        HexFormat.of().parseHex(instance.job(service).identity().orElseThrow()));
  }

  private static ServiceConnection<LifeProbe> require(PeerRequirement requirement) {
    return instance.client().open(LifeProbeXpc.TYPE, PLAIN, requirement);
  }

  @Test
  void aServiceThatIsWhatTheClientRequiresIsReached() {
    CodeIdentity code = codeOf(PLAIN);
    for (PeerRequirement met :
        new PeerRequirement[] {
          PeerRequirement.code(code),
          PeerRequirement.identifierAndCode(PLAIN, code),
          PeerRequirement.unanchoredIdentifier(PLAIN)
        }) {
      try (ServiceConnection<LifeProbe> connection = require(met)) {
        assertThat(connection.proxy(Eventually.PATIENCE).echo(3)).isEqualTo(3);
      }
    }
  }

  @Test
  void aServiceThatIsNotIsNeverReached() {
    CodeIdentity code = codeOf(PLAIN);
    CodeIdentity other = codeOf(FRIEND);
    assertThat(other).isNotEqualTo(code);
    for (PeerRequirement unmet :
        new PeerRequirement[] {
          PeerRequirement.code(other),
          PeerRequirement.identifierAndCode(FRIEND, code),
          PeerRequirement.unanchoredIdentifier(FRIEND)
        }) {
      try (ServiceConnection<LifeProbe> connection = require(unmet)) {
        assertRefused(
            () -> connection.proxy(Eventually.PATIENCE).echo(3),
            "found identifier " + PLAIN + " and code " + code,
            "wanted " + unmet);
      }
    }
  }

  @Test
  void aRequirementHoldsForTheServiceThatIsStartedAgain() {
    CodeIdentity code = codeOf(PLAIN);
    try (ServiceConnection<LifeProbe> connection = require(PeerRequirement.code(code))) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(1)).isEqualTo(1);
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> probe.crash(1))
          .returns(ErrorCode.INTERRUPTED, PortunusException::code);
      assertThat(probe.echo(2)).isEqualTo(2);
    }
  }

  @Test
  void aServiceIsReachedByTheClientsThatItRequires() {
    try (ServiceConnection<LifeProbe> friend = instance.open(FRIEND);
        ServiceConnection<LifeProbe> plain = instance.open(PLAIN);
        ServiceConnection<LifeProbe> direct = instance.open(GUARDED)) {
      assertThat(friend.proxy(Eventually.PATIENCE).askOther(GUARDED)).isEqualTo(7);
      String wanted = "wanted unanchored identifier " + FRIEND;
      assertRefused(
          () -> plain.proxy(Eventually.PATIENCE).askOther(GUARDED),
          "found identifier " + PLAIN,
          wanted);
      assertRefused(
          () -> direct.proxy(Eventually.PATIENCE).echo(1), "found a program of no bundle", wanted);
      assertThat(friend.proxy(Eventually.PATIENCE).askOther(GUARDED)).isEqualTo(7);
    }
  }
}
