// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;

/** Deadlines with cancel and kill, and services that end because they are idle. */
class DeadlineTest {
  private static final String LOOPING = "probe.looping";
  private static final String LEFT = "probe.left";
  private static final String HONEST = "probe.honest";
  private static final String IDLE = "probe.idle";
  private static final String RACING = "probe.racing";
  private static final Duration DEADLINE = Duration.ofMillis(300);
  private static final int RACES = 200;
  private static final int LEAST_RACES = 30;
  private static final Duration RACING_TIME = Duration.ofSeconds(30);
  private static final long IDLE_NANOS = 40_000_000;
  private static final long SPREAD_NANOS = 20_000_000;

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(LOOPING, Map.of("IdleTimeout", "600", "Grace", "1"), 0)
                .job(LEFT, Map.of("IdleTimeout", "600", "Grace", "1"), 0)
                .job(HONEST, Map.of("IdleTimeout", "600", "Grace", "60"), 0)
                .job(IDLE, Map.of("IdleTimeout", "0.2"), 0)
                .job(RACING, Map.of("IdleTimeout", "0.04", "CPU", "3600"), 0));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aCallThatLoopsMeetsItsDeadlineAndItsServiceIsEnded() throws Exception {
    try (ServiceConnection<LifeProbe> culprit = instance.open(LOOPING);
        ServiceConnection<LifeProbe> other = instance.open(LOOPING)) {
      assertThat(other.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      JobStatus before = instance.job(LOOPING);
      CallInBackground innocent = new CallInBackground(other.proxy()::sleep).awaitStart();
      CallInBackground looping =
          new CallInBackground(culprit.proxy(DEADLINE.plusSeconds(1))::loop).awaitStart();

      CallInBackground.End late = looping.awaitEnd();
      assertThat(late.code()).isEqualTo(ErrorCode.DEADLINE);
      assertThat(innocent.hasEnded()).as("ended before the grace was over").isFalse();

      CallInBackground.End end = innocent.awaitEnd();
      assertThat(end.code()).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(Duration.ofNanos(end.nanoTime() - late.nanoTime()))
          .as("the grace")
          .isGreaterThan(Duration.ofMillis(900));

      assertThat(culprit.proxy(Eventually.PATIENCE).echo(2)).isEqualTo(2);
      assertThat(other.proxy(Eventually.PATIENCE).echo(3)).isEqualTo(3);
      JobStatus after = instance.job(LOOPING);
      assertThat(after.pid()).isNotEqualTo(before.pid());
      assertThat(after.runs()).isEqualTo(before.runs() + 1);
      assertThat(after.lastExit().orElseThrow())
          .contains(
              ErrorCode.DEADLINE.dotted(), "client outside[" + instance.client().task(), "call ");
      assertThat(instance.awaitLog("task.end", LOOPING, ErrorCode.DEADLINE.dotted()))
          .contains("client outside[" + instance.client().task(), "connection");
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aClientThatLeavesDoesNotSaveALoopingService() throws Exception {
    try (ServiceConnection<LifeProbe> staying = instance.open(LEFT)) {
      assertThat(staying.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      long runs = instance.job(LEFT).runs();
      CallInBackground innocent = new CallInBackground(staying.proxy()::sleep).awaitStart();
      try (ServiceConnection<LifeProbe> leaving = instance.open(LEFT)) {
        CallInBackground looping =
            new CallInBackground(leaving.proxy(DEADLINE.plusSeconds(1))::loop).awaitStart();
        assertThat(looping.awaitEnd().code()).isEqualTo(ErrorCode.DEADLINE);
      }
      assertThat(innocent.awaitEnd().code()).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(staying.proxy(Eventually.PATIENCE).echo(2)).isEqualTo(2);
      assertThat(instance.job(LEFT).runs()).isEqualTo(runs + 1);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aCallThatHonoursTheCancelIsNotKilled() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(HONEST)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      assertThat(probe.echo(1)).isEqualTo(1);
      int pid = instance.job(HONEST).pid();
      for (int i = 0; i < 10; i++) {
        CallInBackground sleeping = new CallInBackground(connection.proxy(DEADLINE)::sleep);
        assertThat(sleeping.awaitEnd().code()).isEqualTo(ErrorCode.DEADLINE);
        Eventually.until("the end of the cancelled call", () -> probe.sleepers() == 0);
      }
      assertThat(instance.job(HONEST).pid()).isEqualTo(pid);
      assertThat(instance.job(HONEST).runs()).isEqualTo(1);
      assertThat(probe.echo(2)).isEqualTo(2);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void anIdleServiceEndsAndTheNextCallStartsIt() {
    try (ServiceConnection<LifeProbe> connection = instance.open(IDLE)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      for (int run = 1; run <= 3; run++) {
        assertThat(probe.echo(run)).isEqualTo(run);
        Eventually.until("idle", () -> instance.job(IDLE).state() == JobState.IDLE);
        JobStatus job = instance.job(IDLE);
        assertThat(job.runs()).isEqualTo(run);
        assertThat(job.crashes()).isZero();
        assertThat(job.lastExit()).hasValue("exited with status 0");
      }
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aCallThatRacesTheIdleEndIsNeverLost() {
    long seed = System.nanoTime();
    Figure.print("seed", Long.toString(seed));
    Random random = new Random(seed);
    List<String> failures = new ArrayList<>();
    int races = 0;
    try (ServiceConnection<LifeProbe> connection = instance.open(RACING)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      long start = System.nanoTime();
      while (races < RACES && System.nanoTime() - start < RACING_TIME.toNanos()) {
        races++;
        try {
          assertThat(probe.echo(races)).isEqualTo(races);
        } catch (PortunusException lost) {
          failures.add(races + ": " + lost.getMessage());
        }
        LockSupport.parkNanos(IDLE_NANOS + (long) ((random.nextDouble() - 0.5) * SPREAD_NANOS));
      }
    }
    JobStatus job = instance.job(RACING);
    Figure.print("races", races + " with " + job.runs() + " runs of the service");
    assertThat(failures).isEmpty();
    assertThat(races).isGreaterThanOrEqualTo(LEAST_RACES);
    assertThat(job.runs()).isGreaterThan(5);
    assertThat(job.crashes()).isZero();
  }

  @Test
  void aDeadlineIsNeverNegative() {
    try (ServiceConnection<LifeProbe> connection = instance.open(HONEST)) {
      assertThatExceptionOfType(PortunusException.class)
          .isThrownBy(() -> connection.proxy(Duration.ofNanos(1)).echo(1))
          .returns(ErrorCode.DEADLINE, PortunusException::code);
      assertThat(connection.proxy(Eventually.PATIENCE).echo(2)).isEqualTo(2);
    }
  }
}
