// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.portunus.system.xpc.connection.Workbench.codeOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.xpc.ConnectionRefusal;
import org.portunus.system.xpc.XpcEvent;

/** Both sides of a connection over real socketpairs. */
@Timeout(60)
class ConnectionTest {
  Workbench bench() {
    return new Workbench();
  }

  private static final byte[] HELLO = {'h', 'i'};

  private static CompletableFuture<ErrorCode> outcome(Runnable call) {
    CompletableFuture<ErrorCode> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            call.run();
            result.completeExceptionally(new AssertionError("the call returned"));
          } catch (PortunusException e) {
            result.complete(e.code());
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private static ErrorCode soon(CompletableFuture<ErrorCode> outcome) throws Exception {
    return outcome.get(20, TimeUnit.SECONDS);
  }

  private static Session next(Workbench bench) throws InterruptedException {
    Session session = bench.sessions.poll(20, TimeUnit.SECONDS);
    assertThat(session).isNotNull();
    return session;
  }

  @Test
  void callsReachTheServiceAndComeBack() {
    try (Workbench bench = bench()) {
      assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
      assertThat(bench.proxy().echo(new byte[0])).isEmpty();
      assertThat(bench.connections()).isEqualTo(1);
    }
  }

  @Test
  void longMessagesGoInFragmentsBothWays() {
    byte[] long1 = new byte[1 << 20];
    new Random(7).nextBytes(long1);
    try (Workbench bench = bench()) {
      assertThat(bench.proxy().echo(long1)).isEqualTo(long1);
      byte[] longest = new byte[(4 << 20) - 4];
      assertThat(bench.proxy().echo(longest)).isEqualTo(longest);
    }
  }

  @Test
  void callsOnVirtualThreadsWaitForRoom() throws Exception {
    byte[] big = new byte[1 << 20];
    try (Workbench bench = bench()) {
      CompletableFuture<Integer> length = new CompletableFuture<>();
      Thread.startVirtualThread(() -> length.complete(bench.proxy().echo(big).length));
      assertThat(length.get(20, TimeUnit.SECONDS)).isEqualTo(big.length);
    }
  }

  @Test
  void manyThreadsShareAConnection() throws Exception {
    try (Workbench bench = bench()) {
      List<Thread> threads = new ArrayList<>();
      AtomicInteger good = new AtomicInteger();
      for (int i = 0; i < 8; i++) {
        byte[] mine = new byte[100_000 + i];
        threads.add(
            Thread.ofPlatform()
                .daemon()
                .start(() -> {
                  for (int n = 0; n < 50; n++) {
                    if (bench.proxy().echo(mine).length == mine.length) {
                      good.incrementAndGet();
                    }
                  }
                }));
      }
      for (Thread thread : threads) {
        assertThat(thread.join(Workbench.PATIENCE)).isTrue();
      }
      assertThat(good).hasValue(400);
      assertThat(bench.connections()).isEqualTo(1);
    }
  }

  @Test
  void repliesComeOutOfOrder() throws Exception {
    try (Workbench bench = bench()) {
      CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> bench.proxy().block());
      bench.service.blocked.acquire();
      assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
      assertThat(slow).isNotDone();
      bench.service.release.release();
      slow.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void onewaysRunInOrder() throws Exception {
    try (Workbench bench = bench()) {
      for (int i = 0; i < 3000; i++) {
        bench.proxy().note(i);
      }
      for (int i = 0; i < 3000; i++) {
        assertThat(bench.service.notes.poll(20, TimeUnit.SECONDS)).isEqualTo(i);
      }
    }
  }

  @Test
  void theServiceCallsBackWhileTheClientWaits() {
    try (Workbench bench = bench()) {
      assertThat(bench.proxy().count(step -> step * 10, 5)).isEqualTo(150);
    }
  }

  @Test
  void anObjectOfTheServiceIsCalledAndEndsWithItsProcess() throws Exception {
    try (Workbench bench = bench()) {
      Workshop.Counter counter = bench.proxy().counter();
      assertThat(counter.next(4)).isEqualTo(5);
      next(bench).close(new ErrorBody(ErrorCode.INVALID, "killed"));
      assertThat(codeOf(() -> callUntilItFails(counter)))
          .isIn(ErrorCode.INTERRUPTED, ErrorCode.INVALID);
      assertThat(codeOf(() -> counter.next(1))).isEqualTo(ErrorCode.INVALID);
    }
  }

  private static void callUntilItFails(Workshop.Counter counter) {
    while (counter.next(1) == 2) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aDeadlineEndsTheCallAndCancelsTheHandler() throws Exception {
    try (Workbench bench = bench()) {
      bench.proxy().echo(HELLO);
      assertThat(codeOf(() -> bench.proxy(Duration.ofMillis(50)).block()))
          .isEqualTo(ErrorCode.DEADLINE);
      assertThat(bench.overdue.poll(20, TimeUnit.SECONDS)).isEqualTo(new Workbench.Overdue(1, 2));
      assertThat(bench.service.interrupted.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
      assertThat(bench.connections()).isEqualTo(1);
    }
  }

  @Test
  void theKernelsCancelIsToldWhenTheHandlerHasEnded() throws Exception {
    try (Workbench bench = bench()) {
      CompletableFuture<ErrorCode> call = outcome(() -> bench.proxy().block());
      bench.service.blocked.acquire();
      CountDownLatch finished = new CountDownLatch(1);
      Session session = next(bench);
      session.cancel(1, finished::countDown);
      assertThat(finished.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(bench.service.interrupted.getCount()).isZero();
      assertThat(soon(call)).isEqualTo(ErrorCode.CANCELLED);
      CountDownLatch again = new CountDownLatch(1);
      session.cancel(1, again::countDown);
      assertThat(again.getCount()).isZero();
    }
  }

  @Test
  void aDeadlineEndsTheWaitForAServiceThatNeverSaysHello() {
    try (Workbench bench = bench()) {
      bench.acceptor = end -> {};
      assertThat(codeOf(() -> bench.proxy(Duration.ofMillis(50)).echo(HELLO)))
          .isEqualTo(ErrorCode.DEADLINE);
    }
  }

  @Test
  void anInterruptedCallerGetsCancelled() throws Exception {
    try (Workbench bench = bench()) {
      CompletableFuture<Thread> caller = new CompletableFuture<>();
      CompletableFuture<ErrorCode> call =
          outcome(() -> {
            caller.complete(Thread.currentThread());
            bench.proxy().block();
          });
      bench.service.blocked.acquire();
      caller.get().interrupt();
      assertThat(soon(call)).isEqualTo(ErrorCode.CANCELLED);
      assertThat(bench.service.interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aDeadServiceInterruptsCallsInFlightAndTheNextCallReconnects() throws Exception {
    try (Workbench bench = bench()) {
      CountDownLatch interruption = new CountDownLatch(1);
      bench.link.onInterruption(interruption::countDown);
      CompletableFuture<ErrorCode> one = outcome(() -> bench.proxy().block());
      CompletableFuture<ErrorCode> two = outcome(() -> bench.proxy().block());
      bench.service.blocked.acquire(2);
      next(bench).close(new ErrorBody(ErrorCode.INVALID, "killed"));
      assertThat(soon(one)).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(soon(two)).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(interruption.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
      assertThat(bench.connections()).isEqualTo(2);
    }
  }

  @Test
  void theEndOfTheInstanceIsPreferredToInterrupted() throws Exception {
    try (Workbench bench = bench()) {
      CompletableFuture<ErrorCode> call = outcome(() -> bench.proxy().block());
      bench.service.blocked.acquire();
      bench.reasonOfEnd = ErrorCode.INSTANCE_ENDED;
      next(bench).close(new ErrorBody(ErrorCode.INVALID, "killed"));
      assertThat(soon(call)).isEqualTo(ErrorCode.INSTANCE_ENDED);
    }
  }

  @Test
  void aDrainingServiceAnswersWhatItHasAndTheRestGoesToTheNext() throws Exception {
    try (Workbench bench = bench()) {
      CompletableFuture<Void> inFlight = CompletableFuture.runAsync(() -> bench.proxy().block());
      bench.service.blocked.acquire();
      Session first = next(bench);
      first.drain();
      assertThat(bench.proxy().count(step -> step, 4)).isEqualTo(10);
      assertThat(bench.connections()).isEqualTo(2);
      bench.service.release.release();
      inFlight.get(20, TimeUnit.SECONDS);
      first.end().get(20, TimeUnit.SECONDS);
      assertThat(first.isDraining()).isTrue();
    }
  }

  @Test
  void idleServicesDrainBetweenAllCallsAndNothingIsLost() {
    try (Workbench bench = bench()) {
      for (int i = 0; i < 200; i++) {
        assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
        // A call that comes while the service stops may still be taken by it.
        Optional.ofNullable(bench.sessions.poll()).ifPresent(Session::drain);
      }
      assertThat(bench.service.echoes).hasValue(200);
      assertThat(bench.connections()).isGreaterThan(10);
    }
  }

  @Test
  void closingIsForGood() throws Exception {
    try (Workbench bench = bench()) {
      CompletableFuture<ErrorCode> why = new CompletableFuture<>();
      bench.link.onInvalidation(reason -> why.complete(reason.code()));
      CompletableFuture<ErrorCode> call = outcome(() -> bench.proxy().block());
      bench.service.blocked.acquire();
      bench.link.end(ErrorCode.INVALID, "closed");
      assertThat(soon(call)).isEqualTo(ErrorCode.INVALID);
      assertThat(codeOf(() -> bench.proxy().echo(HELLO))).isEqualTo(ErrorCode.INVALID);
      assertThat(soon(why)).isEqualTo(ErrorCode.INVALID);
      assertThat(bench.service.interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aRefusedConnectionSaysWhyAndTheNextCallTriesAnew() {
    try (Workbench bench = bench()) {
      bench.acceptor =
          end -> ConnectionRefusal.send(end, ErrorCode.LAUNCH_FAILED, "no such bundle");
      assertThatThrownBy(() -> bench.proxy().echo(HELLO))
          .isInstanceOfSatisfying(
              PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LAUNCH_FAILED))
          .hasMessageContaining("no such bundle");
      bench.acceptor = bench::serve;
      assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
    }
  }

  @Test
  void aServiceThatDiesBeforeHelloIsTriedAgainAndThenGivenUp() {
    try (Workbench bench = bench()) {
      bench.acceptor = org.portunus.linux.file.Descriptor::close;
      assertThat(codeOf(() -> bench.proxy().echo(HELLO))).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(bench.connections()).isEqualTo(4);
    }
  }

  @Test
  void whatTheServiceThrowsIsTypedAndTheServiceLives() {
    try (Workbench bench = bench()) {
      assertThatThrownBy(() -> bench.proxy().fail("memory"))
          .isInstanceOfSatisfying(
              PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_MEMORY))
          .hasMessageContaining("more memory than is granted: ")
          .hasMessageNotContaining("null");
      assertThat(codeOf(() -> bench.proxy().fail("stack"))).isEqualTo(ErrorCode.LIMIT_DEPTH);
      assertThat(codeOf(() -> bench.proxy().fail("denied"))).isEqualTo(ErrorCode.DENIED);
      assertThat(codeOf(() -> bench.proxy().fail("interrupted")))
          .isEqualTo(ErrorCode.SERVICE_FAULT);
      assertThat(codeOf(() -> bench.proxy().unknown())).isEqualTo(ErrorCode.UNKNOWN_METHOD);
      assertThatThrownBy(() -> bench.proxy().fail("x".repeat(100_000)))
          .hasMessageContaining("xpc.fault: java.lang.IllegalArgumentException: xxx")
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(5000));
      assertThat(codeOf(() -> bench.proxy().fail("x".repeat(5 << 20))))
          .isEqualTo(ErrorCode.LIMIT_MESSAGE);
      assertThat(bench.proxy().zeros(5 << 20)).isEqualTo(new byte[5 << 20]);
      assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
      assertThat(bench.connections()).isEqualTo(1);
      assertThat(bench.events).filteredOn(XpcEvent.CallFailed.class::isInstance).hasSize(6);
    }
  }

  @Test
  void theSmallerLimitsHold() throws Exception {
    try (Workbench bench = bench()) {
      bench.serviceLimits = Workbench.limits(2048, 2, 3);
      bench.proxy().echo(HELLO);
      assertThat(codeOf(() -> bench.proxy().echo(new byte[3000])))
          .isEqualTo(ErrorCode.LIMIT_MESSAGE);
      CompletableFuture<ErrorCode> one = outcome(() -> bench.proxy().block());
      CompletableFuture<ErrorCode> two = outcome(() -> bench.proxy().block());
      bench.service.blocked.acquire(2);
      assertThat(codeOf(() -> bench.proxy().echo(HELLO))).isEqualTo(ErrorCode.LIMIT_CALLS);
      bench.link.end(ErrorCode.INVALID, "closed");
      assertThat(soon(one)).isEqualTo(ErrorCode.INVALID);
      assertThat(soon(two)).isEqualTo(ErrorCode.INVALID);
    }
  }

  @Test
  void otherDigestsAreRefused() {
    try (Workbench bench = bench()) {
      bench.serviceType = new Workshop.WorkshopType(Workshop.TYPE.name(), "2");
      assertThat(codeOf(() -> bench.proxy().echo(HELLO))).isEqualTo(ErrorCode.INTERFACE_MISMATCH);
      bench.serviceType = Workshop.TYPE;
      assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
    }
  }

  @Test
  void transactionsAreCountedFromDeliveryToReply() throws Exception {
    try (Workbench bench = bench()) {
      bench.proxy().echo(HELLO);
      CompletableFuture<ErrorCode> call = outcome(() -> bench.proxy().block());
      bench.service.blocked.acquire();
      assertThat(bench.transactions.open()).isPositive();
      bench.service.release.release();
      bench.transactions.awaitIdle(Duration.ofMillis(20), () -> {});
      assertThat(bench.transactions.open()).isZero();
      assertThat(call).isNotNull();
    }
  }

  @Test
  void theConnectorHearsOfEveryConnectionThatIsOver() throws Exception {
    try (Workbench bench = bench()) {
      bench.proxy().echo(new byte[] {1});
      bench.sessions.take().close(new ErrorBody(ErrorCode.INTERRUPTED, "the service dies"));
      assertThat(bench.closed.poll(20, TimeUnit.SECONDS)).isEqualTo(1);
      bench.proxy().echo(new byte[] {2});
      assertThat(bench.linkEnds).hasValue(0);
      bench.link.end(ErrorCode.INVALID, "the client leaves");
      assertThat(bench.closed.poll(20, TimeUnit.SECONDS)).isEqualTo(2);
      assertThat(bench.linkEnds).hasValue(1);
    }
  }
}
