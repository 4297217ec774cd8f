// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.RemoteCause;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** A client learns what a service threw, as text; both sides name the call by the same numbers. */
class RemoteCauseTest {
  private static final String DIRECT = "probe.direct";
  private static final String RELAYED = "probe.relayed";
  private static final String HOSTILE = "\u001b[2J\n\tat java.lang.Forged\u202e";
  private static final Pattern CALL = Pattern.compile("\\[connection=([0-9]+) call=([0-9]+)]$");

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(DIRECT, Map.of("IdleTimeout", "600"), 0)
                .job(RELAYED, Map.of("IdleTimeout", "600"), 0)
                .relayed(RELAYED));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  @Test
  void theClientSeesWhatTheServiceThrewAndBothLogsNameTheCall() {
    for (String service : new String[] {DIRECT, RELAYED}) {
      try (ServiceConnection<LifeProbe> connection = instance.open(service)) {
        LifeProbe probe = connection.proxy(Eventually.PATIENCE);
        PortunusException got =
            catchThrowableOfType(PortunusException.class, () -> probe.fail(HOSTILE, "inner"));
        assertThat(got.code()).isEqualTo(ErrorCode.SERVICE_FAULT);
        Matcher call = CALL.matcher(String.valueOf(got.getMessage()));
        assertThat(call.find()).as(got.getMessage()).isTrue();
        instance.awaitLog(
            service,
            "xpc.call-failed connection=%s call=%s method=60"
                .formatted(call.group(1), call.group(2)));
        assertThat(got.getCause())
            .isInstanceOfSatisfying(
                RemoteCause.class,
                cause -> {
                  assertThat(cause.type()).isEqualTo("java.lang.IllegalStateException");
                  assertThat(cause.frames().getFirst()).contains("LifeProbeService.fail");
                  assertThat(cause.getMessage()).doesNotContain("\u001b", "\u202e", "\n\tat");
                  assertThat(cause.getCause()).hasMessageContaining("inner");
                });
        assertThat(probe.echo(3)).as("the connection goes on").isEqualTo(3);
      }
    }
  }

  @Test
  void aServiceDoesNotLearnWhatItsClientThrew() {
    try (ServiceConnection<LifeProbe> connection = instance.open(DIRECT)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      PortunusException got =
          catchThrowableOfType(
              PortunusException.class,
              () ->
                  probe.callBack(
                      value -> {
                        throw new IllegalStateException("of the client", new Error("secret"));
                      },
                      1));
      assertThat(got.getCause()).isInstanceOf(RemoteCause.class).hasNoCause();
      assertThat(got.getCause()).hasMessageNotContaining("secret");
    }
  }
}
