// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.system.xpc.MemoryRight;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.ProbeListener;

/** Stages, cancels, repetition and notices of termination, with a service in its own process. */
class StagedCallTest {
  private static final String STAGED = "probe.staged";
  private static final String CRASHING = "probe.crashing";
  private static final String STOPPED = "probe.stopped";
  private static final String IDLE = "probe.idle";
  private static final int MANY = 64;
  private static final long MEMORY = 3 << 20;

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(STAGED, Map.of("IdleTimeout", "600", "Grace", "60"), 0)
                .job(CRASHING, Map.of("IdleTimeout", "600"), 0)
                .job(STOPPED, Map.of("IdleTimeout", "600"), 0)
                .job(IDLE, Map.of("IdleTimeout", "0.2"), 0));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  private static ErrorCode code(CompletionStage<?> stage) {
    Throwable thrown =
        catchThrowable(() ->
            stage
                .toCompletableFuture()
                .orTimeout(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join());
    if (thrown instanceof CompletionException
        && thrown.getCause() instanceof PortunusException refusal) {
      return refusal.code();
    }
    throw new AssertionError("expected a PortunusException", thrown);
  }

  private static boolean isTyped(Throwable thrown) {
    return thrown.getCause() instanceof PortunusException refusal
        && List.of(ErrorCode.INTERRUPTED, ErrorCode.SERVICE_FAULT).contains(refusal.code());
  }

  private static void acquire(Semaphore semaphore) throws InterruptedException {
    assertThat(semaphore.tryAcquire(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private static ProbeListener releasing(Semaphore started) {
    return value -> {
      started.release();
      return value;
    };
  }

  @Test
  void manyStagesAreOpenAtOnceAndEndWhenTheServiceSays() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(STAGED)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      Semaphore started = new Semaphore(0);
      List<CompletionStage<Long>> stages = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        stages.add(probe.later(releasing(started)));
      }
      assertThat(started.tryAcquire(MANY, Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isTrue();
      assertThat(probe.endStages(42)).isEqualTo(MANY);
      for (CompletionStage<Long> stage : stages) {
        assertThat(stage.toCompletableFuture().get(30, TimeUnit.SECONDS)).isEqualTo(42);
      }
    }
  }

  @Test
  void aCancelledFutureAndALateOneCancelTheServicesStage() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(STAGED)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      int before = probe.cancelledStages();
      Semaphore started = new Semaphore(0);
      CompletableFuture<Long> cancelled = probe.later(releasing(started)).toCompletableFuture();
      acquire(started);
      assertThat(cancelled.cancel(true)).isTrue();
      Eventually.until("the cancel", () -> probe.cancelledStages() == before + 1);
      CompletionStage<Long> late =
          connection.proxy(Duration.ofSeconds(2)).later(releasing(started));
      assertThat(code(late)).isEqualTo(ErrorCode.DEADLINE);
      Eventually.until("the late cancel", () -> probe.cancelledStages() == before + 2);
      assertThat(instance.job(STAGED).runs()).isEqualTo(1);
    }
  }

  @Test
  void anInterruptedThreadGetsCancelledAndTheHandlerIsInterrupted() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(STAGED)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      CountDownLatch asleep = new CountDownLatch(1);
      CompletableFuture<ErrorCode> end = new CompletableFuture<>();
      Thread caller =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  probe.sleep(value -> {
                    asleep.countDown();
                    return value;
                  });
                } catch (PortunusException e) {
                  end.complete(e.code());
                }
              });
      assertThat(asleep.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(probe.sleepers()).isEqualTo(1);
      caller.interrupt();
      assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCELLED);
      Eventually.until("the end of the handler", () -> probe.sleepers() == 0);
      assertThat(instance.job(STAGED).runs()).isEqualTo(1);
    }
  }

  @Test
  void onlyIdempotentCallsAreRepeatedAndOnlyOnce() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(CRASHING)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      AtomicInteger attempts = new AtomicInteger();
      assertThat(probe.attempt(value -> attempts.incrementAndGet(), 1)).isEqualTo(2);
      attempts.set(0);
      assertThat(
              probe
                  .attemptLater(value -> attempts.incrementAndGet(), 1)
                  .toCompletableFuture()
                  .get(30, TimeUnit.SECONDS))
          .isEqualTo(2);
      attempts.set(0);
      assertThat(code(probe.attemptLater(value -> attempts.incrementAndGet(), 2)))
          .isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(attempts).hasValue(2);
      attempts.set(0);
      assertThat(catchThrowable(() -> probe.attemptOnce(value -> attempts.incrementAndGet(), 1)))
          .isInstanceOfSatisfying(
              PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
      assertThat(attempts).hasValue(1);
    }
  }

  @Test
  void aStoppedServiceSaysSoAndAnswersWhatItHas() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(STOPPED)) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      Semaphore started = new Semaphore(0);
      Semaphore told = new Semaphore(0);
      connection.onTerminationImminent(told::release);
      ProbeListener doubler = probe.doubler();
      CompletableFuture<Long> answered = new CompletableFuture<>();
      CompletableFuture<Long> call =
          CompletableFuture.supplyAsync(() ->
              probe.callBack(
                  value -> {
                    started.release();
                    return answered.join();
                  },
                  1));
      acquire(started);
      instance.control().stop(STOPPED);
      acquire(told);
      assertThat(call).isNotDone();
      assertThat(catchThrowable(() -> doubler.told(1)))
          .isInstanceOfSatisfying(
              PortunusException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.TERMINATION_IMMINENT));
      // Soon the service takes nothing any more, the answer of its own call included.
      answered.complete(5L);
      assertThat(call.handle((sum, thrown) -> thrown == null ? sum == 5 : isTyped(thrown)))
          .succeedsWithin(Eventually.PATIENCE)
          .isEqualTo(true);
      assertThat(probe.echo(6)).isEqualTo(6);
      assertThat(instance.job(STOPPED).runs()).isEqualTo(2);
      assertThat(instance.job(STOPPED).crashes()).isZero();
    }
  }

  @Test
  void sealedMemoryTravelsBothWaysAlsoFromASandbox() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(STAGED);
        MemoryRight mine = MemoryRight.create(MEMORY, memory -> memory.fill((byte) 1))) {
      LifeProbe probe = connection.proxy(Eventually.PATIENCE);
      assertThat(probe.sum(mine)).isEqualTo(MEMORY);
      try (MemoryRight theirs = probe.memory(MEMORY, (byte) 2);
          Arena arena = Arena.ofConfined()) {
        assertThat(theirs.size()).isEqualTo(MEMORY);
        assertThat(theirs.map(arena).get(ValueLayout.JAVA_BYTE, MEMORY - 1)).isEqualTo((byte) 2);
        assertThat(probe.sum(theirs)).isEqualTo(2 * MEMORY);
      }
      assertThat(catchThrowable(() -> probe.memory(MemoryRight.MAX_BYTES + 1, (byte) 0)))
          .isInstanceOfSatisfying(
              PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_MEMORY));
    }
  }

  @Test
  void anIdleServiceSaysSo() throws Exception {
    try (ServiceConnection<LifeProbe> connection = instance.open(IDLE)) {
      Semaphore told = new Semaphore(0);
      connection.onTerminationImminent(told::release);
      assertThat(connection.proxy(Eventually.PATIENCE).echo(1)).isEqualTo(1);
      acquire(told);
      Eventually.until("idle", () -> instance.job(IDLE).state() == JobState.IDLE);
      assertThat(connection.proxy(Eventually.PATIENCE).echo(2)).isEqualTo(2);
    }
  }
}
