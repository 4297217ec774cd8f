// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.system.xpc.connection.Workbench.codeOf;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.system.xpc.XpcEvent;

/** A service that says that it is about to end. */
@Timeout(60)
final class TerminationTest {
  private static final byte[] HELLO = {'h', 'i'};

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(20, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static void acquire(Semaphore semaphore) throws InterruptedException {
    assertThat(semaphore.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theClientHearsOfItAndTheCallInFlightEndsWell() throws Exception {
    try (Workbench bench = new Workbench()) {
      Semaphore told = new Semaphore(0);
      bench.link.onTerminationImminent(told::release);
      CompletableFuture<Void> inFlight = CompletableFuture.runAsync(() -> bench.proxy().block());
      CompletionStage<String> staged = bench.proxy().later(step -> step, "a");
      acquire(bench.service.blocked);
      CompletableFuture<String> work = next(bench.service.stages);
      Session first = next(bench.sessions);
      first.drain();
      acquire(told);
      assertThat(inFlight).isNotDone();
      assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
      assertThat(bench.connections()).isEqualTo(2);
      work.complete("done");
      assertThat(staged.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo("done");
      bench.service.release.release();
      inFlight.get(20, TimeUnit.SECONDS);
      assertThat(first.end().get(20, TimeUnit.SECONDS).code())
          .isEqualTo(ErrorCode.TERMINATION_IMMINENT);
      assertThat(bench.events)
          .contains(new XpcEvent.TerminationImminent(1, Workshop.TYPE.name()))
          .noneMatch(
              event -> event instanceof XpcEvent.Ended ended && ended.code() == ErrorCode.PROTOCOL);
    }
  }

  @Test
  void objectsOfAServiceThatEndsSaySo() throws Exception {
    try (Workbench bench = new Workbench()) {
      Semaphore told = new Semaphore(0);
      bench.link.onTerminationImminent(told::release);
      Workshop.Counter counter = bench.proxy().counter();
      CompletableFuture<Void> inFlight = CompletableFuture.runAsync(() -> bench.proxy().block());
      acquire(bench.service.blocked);
      next(bench.sessions).drain();
      acquire(told);
      assertThat(codeOf(() -> counter.next(1))).isEqualTo(ErrorCode.TERMINATION_IMMINENT);
      bench.service.release.release();
      inFlight.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aServiceThatEndsGetsNoAnswersFromItsClients() throws Exception {
    try (Workbench bench = new Workbench()) {
      CompletionStage<String> staged = bench.proxy().later(step -> step, "a");
      Workshop.Counter counter = next(bench.service.counters);
      next(bench.sessions).drain();
      assertThat(codeOf(() -> counter.next(1))).isEqualTo(ErrorCode.TERMINATION_IMMINENT);
      next(bench.service.stages).complete("done");
      assertThat(staged.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo("done");
    }
  }

  @Test
  void transactionsLetATaskEndByOrder() throws Exception {
    Transactions transactions = new Transactions();
    transactions.begin();
    CompletableFuture<Boolean> ended =
        CompletableFuture.supplyAsync(() -> {
          try {
            transactions.awaitIdle(Duration.ofHours(1), () -> {});
            return true;
          } catch (InterruptedException e) {
            return false;
          }
        });
    transactions.endByOrder();
    assertThat(ended.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(transactions.open()).isEqualTo(1);
    transactions.end();
    transactions.awaitNone();
  }

  @Test
  void aTaskThatHasNothingToDoIsQuietOnceEachTime() throws Exception {
    Transactions transactions = new Transactions();
    Semaphore quiet = new Semaphore(0);
    Thread waiting =
        Thread.ofPlatform()
            .start(() -> {
              try {
                transactions.awaitIdle(Duration.ofHours(1), quiet::release);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(quiet.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    transactions.begin();
    transactions.end();
    assertThat(quiet.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    transactions.endByOrder();
    assertThat(waiting.join(Duration.ofSeconds(20))).isTrue();
    assertThat(quiet.availablePermits()).isZero();
  }
}
