// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.XpcEvent;

/** Calls whose result is a stage, over real socketpairs. */
@Timeout(60)
class StagedCallTest {
  Workbench bench() {
    return new Workbench();
  }

  private static final Workshop.Counter TENFOLD = step -> step * 10;

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(20, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static ErrorCode code(CompletionStage<?> stage) {
    Throwable thrown =
        catchThrowable(() -> stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join());
    assertThat(thrown).isInstanceOf(CompletionException.class);
    if (thrown.getCause() instanceof PortunusException refusal) {
      return refusal.code();
    }
    throw new AssertionError("expected a PortunusException", thrown);
  }

  private static String result(CompletionStage<String> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Test
  void theResultComesWhenTheServiceSays() throws Exception {
    try (Workbench bench = bench()) {
      CompletionStage<String> stage = bench.proxy().later(TENFOLD, "a");
      CompletableFuture<String> work = next(bench.service.stages);
      assertThat(stage.toCompletableFuture()).isNotDone();
      work.complete("done");
      assertThat(result(stage)).isEqualTo("done");
    }
  }

  /** More calls are open than there are handlers: none of them has a thread. */
  @Test
  void anOpenStageHoldsNoThreadOfTheService() throws Exception {
    try (Workbench bench = bench()) {
      List<CompletionStage<String>> stages = new ArrayList<>();
      int many = 3 * bench.serviceLimits.handlers();
      for (int i = 0; i < many; i++) {
        stages.add(bench.proxy().later(TENFOLD, "stage " + i));
      }
      for (int i = 0; i < many; i++) {
        next(bench.service.stages).complete("done");
      }
      for (CompletionStage<String> stage : stages) {
        assertThat(result(stage)).isEqualTo("done");
      }
      assertThat(bench.connections()).isEqualTo(1);
    }
  }

  @Test
  void anOpenStageIsATransaction() throws Exception {
    try (Workbench bench = bench()) {
      CompletionStage<String> stage = bench.proxy().later(TENFOLD, "a");
      CompletableFuture<String> work = next(bench.service.stages);
      assertThat(bench.transactions.open()).isEqualTo(1);
      work.complete("done");
      assertThat(result(stage)).isEqualTo("done");
      bench.transactions.awaitNone();
    }
  }

  @Test
  void theCallerNeverWaitsForTheService() throws Exception {
    try (Workbench bench = bench()) {
      CountDownLatch open = new CountDownLatch(1);
      bench.acceptor =
          end -> {
            await(open);
            bench.serve(end);
          };
      List<CompletionStage<String>> stages = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        stages.add(bench.proxy().later(TENFOLD, "stage"));
      }
      assertThat(bench.connections()).isLessThanOrEqualTo(1);
      open.countDown();
      for (CompletionStage<String> stage : stages) {
        next(bench.service.stages).complete("done");
        assertThat(stage).isNotNull();
      }
      stages.forEach(stage -> assertThat(result(stage)).isEqualTo("done"));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatTheServiceThrowsEndsTheStage() throws Exception {
    try (Workbench bench = bench()) {
      assertThat(code(bench.proxy().later(TENFOLD, "at once"))).isEqualTo(ErrorCode.SERVICE_FAULT);
      CompletionStage<String> late = bench.proxy().later(TENFOLD, "a");
      next(bench.service.stages)
          .completeExceptionally(new PortunusException(ErrorCode.DENIED, "not you"));
      assertThat(code(late)).isEqualTo(ErrorCode.DENIED);
      CompletionStage<String> lie = bench.proxy().later(TENFOLD, "b");
      next(bench.service.stages)
          .completeExceptionally(new PortunusException(ErrorCode.INTERRUPTED, "a lie"));
      assertThat(code(lie)).isEqualTo(ErrorCode.SERVICE_FAULT);
      assertThat(bench.connections()).isEqualTo(1);
    }
  }

  @Test
  void aCancelReachesTheServicesStage() throws Exception {
    try (Workbench bench = bench()) {
      CompletableFuture<String> stage = bench.proxy().later(TENFOLD, "a").toCompletableFuture();
      CompletableFuture<String> work = next(bench.service.stages);
      assertThat(stage.cancel(true)).isTrue();
      assertThat(catchThrowable(() -> work.get(20, TimeUnit.SECONDS)))
          .isInstanceOf(CancellationException.class);
      bench.transactions.awaitNone();
      assertThat(bench.overdue).isEmpty();
      assertThat(bench.proxy().echo(new byte[1])).hasSize(1);
      assertThat(bench.connections()).isEqualTo(1);
    }
  }

  /** A time-out that the caller puts on the future is a cancel too: nobody waits any more. */
  @Test
  void whoeverEndsTheFutureEndsTheCall() throws Exception {
    try (Workbench bench = bench()) {
      CompletableFuture<String> stage = bench.proxy().later(TENFOLD, "a").toCompletableFuture();
      CompletableFuture<String> work = next(bench.service.stages);
      assertThat(stage.complete("mine")).isTrue();
      assertThat(catchThrowable(() -> work.get(20, TimeUnit.SECONDS)))
          .isInstanceOf(CancellationException.class);
      assertThat(stage).isCompletedWithValue("mine");
    }
  }

  @Test
  void aCancelBeforeTheRequestIsSentKeepsItFromTheService() throws Exception {
    try (Workbench bench = bench()) {
      CountDownLatch open = new CountDownLatch(1);
      bench.acceptor =
          end -> {
            await(open);
            bench.serve(end);
          };
      CompletionStage<String> first = bench.proxy().later(TENFOLD, "a");
      CompletableFuture<String> second = bench.proxy().later(TENFOLD, "b").toCompletableFuture();
      CompletionStage<String> third = bench.proxy().later(TENFOLD, "c");
      assertThat(second.cancel(true)).isTrue();
      open.countDown();
      next(bench.service.stages).complete("done");
      next(bench.service.stages).complete("done");
      assertThat(result(first)).isEqualTo("done");
      assertThat(result(third)).isEqualTo("done");
      assertThat(bench.service.stages).isEmpty();
    }
  }

  @Test
  void aDeadlineEndsTheStageAndTheServiceIsAskedToCancel() throws Exception {
    try (Workbench bench = bench()) {
      bench.proxy().echo(new byte[1]);
      CompletionStage<String> stage = bench.proxy(Duration.ofSeconds(2)).later(TENFOLD, "a");
      CompletableFuture<String> work = next(bench.service.stages);
      assertThat(code(stage)).isEqualTo(ErrorCode.DEADLINE);
      assertThat(next(bench.overdue)).isEqualTo(new Workbench.Overdue(1, 2));
      assertThat(catchThrowable(() -> work.get(20, TimeUnit.SECONDS)))
          .isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void aDeadlineEndsAStageThatWasNeverSent() {
    try (Workbench bench = bench()) {
      bench.acceptor = end -> {};
      assertThat(code(bench.proxy(Duration.ofMillis(50)).later(TENFOLD, "a")))
          .isEqualTo(ErrorCode.DEADLINE);
    }
  }

  @Test
  void theKernelsCancelIsAnsweredWhenTheStageHasEnded() throws Exception {
    try (Workbench bench = bench()) {
      CompletionStage<String> stage = bench.proxy().later(TENFOLD, "a");
      CompletableFuture<String> work = next(bench.service.stages);
      CountDownLatch finished = new CountDownLatch(1);
      next(bench.sessions).cancel(1, finished::countDown);
      await(finished);
      assertThat(work).isCancelled();
      assertThat(code(stage)).isEqualTo(ErrorCode.CANCELLED);
    }
  }

  @Test
  void aDeadServiceInterruptsStagesAndNothingIsRepeated() throws Exception {
    try (Workbench bench = bench()) {
      CompletionStage<String> stage = bench.proxy().later(TENFOLD, "a");
      CompletableFuture<String> work = next(bench.service.stages);
      next(bench.sessions).close(new ErrorBody(ErrorCode.INVALID, "killed"));
      assertThat(code(stage)).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(catchThrowable(() -> work.get(20, TimeUnit.SECONDS)))
          .isInstanceOf(CancellationException.class);
      assertThat(bench.connections()).isEqualTo(1);
      bench.link.end(ErrorCode.INVALID, "closed");
      assertThat(code(bench.proxy().later(TENFOLD, "b"))).isEqualTo(ErrorCode.INVALID);
    }
  }

  @Test
  void tooManyOpenStagesAreRefusedEachByItself() throws Exception {
    try (Workbench bench = bench()) {
      bench.serviceLimits = Workbench.limits(2048, 2, 3);
      CompletionStage<String> one = bench.proxy().later(TENFOLD, "a");
      CompletionStage<String> two = bench.proxy().later(TENFOLD, "b");
      CompletionStage<String> three = bench.proxy().later(TENFOLD, "c");
      assertThat(code(three)).isEqualTo(ErrorCode.LIMIT_CALLS);
      next(bench.service.stages).complete("done");
      next(bench.service.stages).complete("done");
      assertThat(result(one)).isEqualTo("done");
      assertThat(result(two)).isEqualTo("done");
    }
  }

  @Test
  void theServiceMakesStagedCallsToTheClient() throws Exception {
    try (Workbench bench = bench()) {
      CompletableFuture<Integer> answer = new CompletableFuture<>();
      Workshop.Counter slow =
          new Workshop.Counter() {
            @Override
            public int next(int step) {
              return step;
            }

            @Override
            public CompletionStage<Integer> nextLater(int step) {
              return answer.thenApply(factor -> factor * step);
            }
          };
      CompletionStage<String> stage = bench.proxy().later(slow, "a");
      CompletionStage<Integer> back = next(bench.service.counters).nextLater(3);
      assertThat(back.toCompletableFuture()).isNotDone();
      answer.complete(7);
      assertThat(back.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo(21);
      CompletableFuture<Integer> cancelled =
          next(bench.service.stages).thenCompose(go -> back).toCompletableFuture();
      assertThat(cancelled.cancel(true)).isTrue();
      bench.link.end(ErrorCode.INVALID, "closed");
      assertThat(code(stage)).isEqualTo(ErrorCode.INVALID);
    }
  }

  /** The program's code may wait as long as it likes without holding up the connection. */
  @Test
  void codeThatHangsOnAStageHoldsUpNobody() throws Exception {
    try (Workbench bench = bench()) {
      CountDownLatch go = new CountDownLatch(1);
      CompletionStage<String> held =
          bench
              .proxy()
              .later(TENFOLD, "a")
              .thenApply(text -> {
                await(go);
                return text;
              });
      next(bench.service.stages).complete("held");
      for (int i = 0; i < 20; i++) {
        assertThat(bench.proxy().echo(new byte[i])).hasSize(i);
      }
      assertThat(held.toCompletableFuture()).isNotDone();
      go.countDown();
      assertThat(result(held)).isEqualTo("held");
    }
  }

  @Test
  void anInterruptedIdempotentCallIsMadeOnceMore() throws Exception {
    try (Workbench bench = bench()) {
      AtomicInteger steps = new AtomicInteger();
      CompletableFuture<Integer> call =
          CompletableFuture.supplyAsync(() -> bench.proxy().twice(step -> steps.addAndGet(step)));
      bench.service.blocked.acquire();
      next(bench.sessions).close(new ErrorBody(ErrorCode.INVALID, "killed"));
      bench.service.blocked.acquire();
      await(bench.service.interrupted);
      assertThat(call).isNotDone();
      bench.service.release.release();
      assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo(3);
      assertThat(bench.service.twices).hasValue(2);
      assertThat(bench.events)
          .filteredOn(XpcEvent.Repeated.class::isInstance)
          .containsExactly(new XpcEvent.Repeated(2, Workshop.TYPE.name(), 9));
    }
  }

  @Test
  void aCallIsRepeatedOnceAndNotTwice() throws Exception {
    try (Workbench bench = bench()) {
      CompletableFuture<Integer> call =
          CompletableFuture.supplyAsync(() -> bench.proxy().twice(TENFOLD));
      CompletionStage<Integer> stage = bench.proxy().twiceLater(TENFOLD);
      for (int i = 0; i < 2; i++) {
        bench.service.blocked.acquire();
        CompletableFuture<String> work = next(bench.service.stages);
        assertThat(work).isNotNull();
        next(bench.sessions).close(new ErrorBody(ErrorCode.INVALID, "killed"));
      }
      assertThat(code(call)).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(code(stage)).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(bench.service.twices).hasValue(4);
      assertThat(bench.connections()).isEqualTo(2);
    }
  }

  @Test
  void anInterruptedIdempotentStageIsMadeOnceMoreWithItsObjects() throws Exception {
    try (Workbench bench = bench()) {
      CompletionStage<Integer> stage = bench.proxy().twiceLater(TENFOLD);
      CompletableFuture<String> lost = next(bench.service.stages);
      next(bench.sessions).close(new ErrorBody(ErrorCode.INVALID, "killed"));
      next(bench.service.stages).complete("go");
      assertThat(stage.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo(20);
      assertThat(lost).isNotNull();
      assertThat(bench.service.twices).hasValue(2);
    }
  }

  @Test
  void aRepetitionKeepsToTheDeadline() throws Exception {
    try (Workbench bench = bench()) {
      CompletionStage<Integer> stage = bench.proxy(Duration.ofSeconds(3)).twiceLater(TENFOLD);
      CompletableFuture<String> lost = next(bench.service.stages);
      bench.acceptor = end -> {};
      next(bench.sessions).close(new ErrorBody(ErrorCode.INVALID, "killed"));
      assertThat(code(stage)).isEqualTo(ErrorCode.DEADLINE);
      assertThat(lost).isNotNull();
    }
  }

  @Test
  void objectsOfACallThatMayBeRepeatedAreGivenUpWithIt() throws Exception {
    try (Workbench bench = new Workbench(Workbench.limits(4096, 8, 32))) {
      for (int i = 0; i < 100; i++) {
        int number = i;
        CompletionStage<Integer> stage = bench.proxy().twiceLater(step -> number);
        next(bench.service.stages).complete("go");
        assertThat(stage.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo(number);
        bench.service.counters.clear();
      }
    }
  }
}
