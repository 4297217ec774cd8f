// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import portunus.lifeprobe.ProbeListener;

/** A call on a thread of its own, of which is known when the service runs it and how it ends. */
final class CallInBackground {
  /**
   * How it ended.
   *
   * @param error empty when it was answered
   * @param nanoTime when
   */
  record End(Optional<PortunusException> error, long nanoTime) {
    ErrorCode code() {
      return error.orElseThrow(() -> new AssertionError("the call was answered")).code();
    }
  }

  private final CountDownLatch started = new CountDownLatch(1);
  private final CompletableFuture<End> end = new CompletableFuture<>();

  /**
   * @param call makes the call, and passes on the listener that is told of its start
   */
  CallInBackground(Consumer<ProbeListener> call) {
    ProbeListener listener =
        value -> {
          started.countDown();
          return value;
        };
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          Optional<PortunusException> error = Optional.empty();
          try {
            call.accept(listener);
          } catch (PortunusException failure) {
            error = Optional.of(failure);
          }
          end.complete(new End(error, System.nanoTime()));
        });
  }

  /** Waits until the service runs the call. */
  CallInBackground awaitStart() throws InterruptedException {
    if (!started.await(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the service did not run the call; ended: " + end);
    }
    return this;
  }

  boolean hasEnded() {
    return end.isDone();
  }

  End awaitEnd() throws Exception {
    return end.get(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Waits for the end and gives the time from then to it. */
  Duration endAfter(long nanoTime) throws Exception {
    return Duration.ofNanos(awaitEnd().nanoTime() - nanoTime);
  }
}
