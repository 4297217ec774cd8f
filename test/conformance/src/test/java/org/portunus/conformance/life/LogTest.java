// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** What services write reaches the log: named, escaped, and no more than it may. */
class LogTest {
  private static final String QUIET = "probe.quiet";
  private static final String LOUD = "probe.loud";
  private static final int FLOOD = 3000;
  private static final int STREAMS = 3;
  private static final int BURST = 400;
  private static final Pattern DROPPED = Pattern.compile(" WARN ([0-9]+) lines dropped$");

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(QUIET, Map.of("IdleTimeout", "600"), 0)
                .job(LOUD, Map.of("IdleTimeout", "600"), 0));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  @Test
  void everyWayOfWritingReachesTheLogUnderTheNameOfTheJob() {
    try (ServiceConnection<LifeProbe> connection = instance.open(QUIET)) {
      connection.proxy(Eventually.PATIENCE).print("good day", 1);
      String task = instance.job(QUIET).task().orElseThrow();
      String source = " " + QUIET + "[" + task + "] ";
      assertThat(instance.awaitLog(source, "out 0 good day")).contains(" OUT ");
      assertThat(instance.awaitLog(source, "err 0 good day")).contains(" ERR ");
      assertThat(instance.awaitLog(source, "log 0 good day")).contains("probe");
    }
  }

  @Test
  void controlCharactersAreEscaped() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(QUIET)) {
      connection
          .proxy(Eventually.PATIENCE)
          .print("\u001b[31mred\u0007 \u009b2J \r2026-01-01T00:00:00Z +1 kernel EVENT forged", 1);
      assertThat(instance.awaitLog("out 0", "forged")).contains(QUIET, "[31mred");
      for (String line : instance.lines()) {
        assertThat(line.chars().filter(Character::isISOControl)).as(line).isEmpty();
        assertThat(line).doesNotStartWith("2026-01-01T00:00:00Z");
      }
    }
  }

  @Test
  void aFloodIsCutAndCountedWhileOthersAreHeard() throws Exception {
    try (ServiceConnection<LifeProbe> loud = instance.open(LOUD);
        ServiceConnection<LifeProbe> quiet = instance.open(QUIET)) {
      assertThat(loud.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      CallInBackground flood =
          new CallInBackground(
              listener -> loud.proxy(Eventually.PATIENCE).print("flooding", FLOOD));
      instance.awaitLog(LOUD, "flooding");
      quiet.proxy(Eventually.PATIENCE).print("still here", 1);
      instance.awaitLog(QUIET, "out 0 still here");
      assertThat(flood.awaitEnd().error()).isEmpty();
      instance.awaitLog(LOUD, "lines dropped");
      Eventually.until("the count of all lines", () -> written() + dropped() == FLOOD * STREAMS);
      assertThat(dropped()).isPositive();
      assertThat(written()).isGreaterThanOrEqualTo(BURST);
    }
  }

  private static long written() {
    return instance.lines().stream().filter(line -> line.contains("flooding")).count();
  }

  private static long dropped() {
    return instance.lines().stream()
        .filter(line -> line.contains(LOUD))
        .map(DROPPED::matcher)
        .filter(Matcher::find)
        .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
        .sum();
  }
}
