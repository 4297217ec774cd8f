// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** Arguments and results that are longer than a message, of a service in its sandbox. */
class LargeDataTest {
  private static final String LINKED = "probe.large";
  private static final String RELAYED = "probe.large.relayed";
  private static final int TIMES = 30;

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(LINKED, Map.of("IdleTimeout", "600"), 0)
                .job(RELAYED, Map.of("IdleTimeout", "600"), 0)
                .relayed(RELAYED));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  /** More often than the task may have memory that is not given back. */
  @ParameterizedTest
  @ValueSource(strings = {LINKED, RELAYED})
  void travelsBothWaysAgainAndAgain(String service) throws Exception {
    long seed = System.nanoTime();
    byte[] bytes = new byte[5 << 20];
    new Random(seed).nextBytes(bytes);
    try (ServiceConnection<LifeProbe> connection = instance.open(service)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      int pid = 0;
      for (int i = 0; i < TIMES; i++) {
        byte[] back = probe.reversed(bytes);
        assertThat(back).hasSize(bytes.length);
        assertThat(back[0]).as("seed %d", seed).isEqualTo(bytes[bytes.length - 1]);
        assertThat(back[back.length - 1]).isEqualTo(bytes[0]);
        pid = pid == 0 ? instance.job(service).pid() : pid;
      }
      assertThat(probe.reversed(probe.reversed(bytes))).as("seed %d", seed).isEqualTo(bytes);
      assertThat(instance.job(service).pid()).as("the same process all the time").isEqualTo(pid);
    }
  }

  @Test
  void whatTheServiceHasNoMemoryForIsATypedError() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(LINKED)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      assertThatThrownBy(() -> probe.reversed(new byte[200 << 20]))
          .isInstanceOfSatisfying(
              PortunusException.class,
              thrown ->
                  assertThat(thrown.code()).isIn(ErrorCode.LIMIT_MEMORY, ErrorCode.INTERRUPTED));
      assertThat(probe.echo(1)).isEqualTo(1);
    }
  }
}
