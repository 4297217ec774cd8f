// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * An object that is passed by reference lives as long as somebody at the other end refers to it.
 */
@Timeout(120)
final class ExportLifetimeTest {
  private static final int MANY = 10_000;
  private static final int LIMIT = 64;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** An object of this side, of which only a weak reference is kept. */
  private static final class Counted implements Workshop.Counter {
    private final int value;

    Counted(int value) {
      this.value = value;
    }

    @Override
    public int next(int step) {
      return value;
    }
  }

  private static void awaitGone(List<WeakReference<Workshop.Counter>> objects) {
    long start = System.nanoTime();
    while (objects.stream().anyMatch(object -> object.get() != null)) {
      assertThat(System.nanoTime() - start)
          .as("objects are still there")
          .isLessThan(PATIENCE_NANOS);
      System.gc();
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Has the service hold the object until its stage ends. */
  private static CompletionStage<String> hold(
      Workbench bench, int value, List<WeakReference<Workshop.Counter>> objects) {
    Workshop.Counter object = new Counted(value);
    objects.add(new WeakReference<>(object));
    return bench.proxy().later(object, "hold");
  }

  /** In a frame of its own: an interpreted caller would keep the last object in its locals. */
  private static void pass(
      Workbench bench, int value, List<WeakReference<Workshop.Counter>> objects) {
    Workshop.Counter object = new Counted(value);
    objects.add(new WeakReference<>(object));
    assertThat(bench.proxy().count(object, 1)).isEqualTo(value);
  }

  @Test
  void tenThousandObjectsPassAndEachEndsWithItsLastReference() {
    List<WeakReference<Workshop.Counter>> objects = new ArrayList<>();
    try (Workbench bench = new Workbench()) {
      for (int i = 0; i < MANY; i++) {
        pass(bench, i, objects);
      }
      awaitGone(objects);
      assertThat(bench.connections()).isEqualTo(1);
    }
  }

  @Test
  void beyondTheLimitTheNextIsRefusedUntilOneIsGivenBack() throws Exception {
    List<WeakReference<Workshop.Counter>> objects = new ArrayList<>();
    try (Workbench bench = new Workbench(Workbench.limits(4096, 2 * LIMIT, LIMIT))) {
      for (int i = 0; i < LIMIT; i++) {
        CompletionStage<String> held = hold(bench, i, objects);
        assertThat(held).isNotNull();
        assertThat(bench.service.stages.poll(20, TimeUnit.SECONDS)).isNotNull();
      }
      Throwable refused =
          catchThrowable(() -> hold(bench, LIMIT, objects).toCompletableFuture().join());
      assertThat(refused).isInstanceOf(CompletionException.class);
      assertThat(refused.getCause())
          .isInstanceOfSatisfying(
              PortunusException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXPORTS));
      assertThat(bench.proxy().echo(new byte[1])).hasSize(1);
      assertThat(bench.connections()).isEqualTo(1);
    }
  }

  @Test
  void theDeathOfTheHolderGivesBackWhatItHeld() throws Exception {
    List<WeakReference<Workshop.Counter>> objects = new ArrayList<>();
    try (Workbench bench = new Workbench()) {
      for (int i = 0; i < LIMIT; i++) {
        CompletionStage<String> held = hold(bench, i, objects);
        assertThat(held).isNotNull();
        assertThat(bench.service.stages.poll(20, TimeUnit.SECONDS)).isNotNull();
      }
      System.gc();
      assertThat(objects).noneMatch(object -> object.get() == null);
      bench.sessions.take().close(new ErrorBody(ErrorCode.INVALID, "killed"));
      awaitGone(objects);
      assertThat(bench.proxy().echo(new byte[1])).hasSize(1);
    }
  }
}
