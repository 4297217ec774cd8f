// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The reply of a method whose result is a stage: what the implementation returned, and how its
 * outcome is written when it is there. Made by generated code, used by the connection.
 *
 * @param <T> the result's type
 */
public final class StagedReply<T extends @Nullable Object> {
  /** Generated: writes the outcome, which is there. */
  @FunctionalInterface
  public interface OutcomeWriter<T extends @Nullable Object> {
    /**
     * Writes the result, or the declared exception that the outcome throws.
     *
     * @throws Exception what the outcome throws and the method does not declare
     */
    @SuppressWarnings("ProhibitedExceptionDeclared")
    void write(Callable<T> outcome, Encoder reply) throws Exception;
  }

  private final CompletableFuture<T> future;
  private final OutcomeWriter<T> writer;

  private StagedReply(CompletableFuture<T> future, OutcomeWriter<T> writer) {
    this.future = future;
    this.writer = writer;
  }

  /** Makes the call. What it throws at once is an outcome like one that the stage ends with. */
  public static <T extends @Nullable Object> StagedReply<T> of(
      Callable<? extends CompletionStage<T>> call, OutcomeWriter<T> writer) {
    return new StagedReply<>(futureOf(call), writer);
  }

  private static <T extends @Nullable Object> CompletableFuture<T> futureOf(
      Callable<? extends CompletionStage<T>> call) {
    try {
      return call.call().toCompletableFuture();
    } catch (Exception thrown) {
      return CompletableFuture.failedFuture(thrown);
    }
  }

  /** Runs the action on the executor once the outcome is there. */
  public void whenDone(Executor executor, Runnable action) {
    var _ = future.whenCompleteAsync((result, thrown) -> action.run(), executor);
  }

  /** Cancels what the implementation returned; code that depends on it runs on this thread. */
  public void cancel() {
    boolean unusedOutcome = future.cancel(true);
  }

  /**
   * Writes the outcome, which is there.
   *
   * @throws Exception what the implementation ended with and did not declare
   */
  @SuppressWarnings("ProhibitedExceptionDeclared")
  public void write(Encoder reply) throws Exception {
    writer.write(this::outcome, reply);
  }

  private T outcome() throws Exception {
    try {
      return future.get();
    } catch (ExecutionException failure) {
      switch (failure.getCause()) {
        case Exception thrown -> throw thrown;
        case Error error -> throw error;
        case null, default -> throw failure;
      }
    }
  }
}
