// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.time.Deadline;
import org.portunus.linux.file.Descriptor;

/**
 * A call to the peer that has not been answered. It ends once: with the reply, a failure, or
 * because its caller gave it up; whoever comes second closes what it brought.
 */
final class PendingCall {
  /** How it ended. */
  sealed interface Answer {
    /** The peer's reply. */
    record Reply(byte[] body, List<Descriptor> descriptors) implements Answer {}

    /** An error, of the peer or of the connection. */
    record Failure(ErrorBody error) implements Answer {}

    /** Nobody waits any more. */
    record GivenUp() implements Answer {}
  }

  private final CompletableFuture<Answer> answer = new CompletableFuture<>();

  void reply(byte[] body, List<Descriptor> descriptors) {
    if (!answer.complete(new Answer.Reply(body, descriptors))) {
      descriptors.forEach(Descriptor::close);
    }
  }

  void fail(ErrorBody error) {
    answer.complete(new Answer.Failure(error));
  }

  /** The caller stops waiting; false when the answer came first, and is to be taken. */
  boolean giveUp() {
    return answer.complete(new Answer.GivenUp());
  }

  /** The answer, if it came. */
  Optional<Answer> now() {
    return Optional.ofNullable(answer.getNow(null));
  }

  /**
   * Gives the answer to the listener once it is there: on the thread that brought it, or on this
   * one.
   */
  void whenAnswered(Consumer<Answer> listener) {
    var _ = answer.thenAccept(listener);
  }

  /** Waits for the answer; empty when the deadline came first. */
  Optional<Answer> await(Optional<Deadline> deadline) throws InterruptedException {
    try {
      return Optional.of(
          deadline.isPresent()
              ? answer.get(deadline.get().remaining(), TimeUnit.NANOSECONDS)
              : answer.get());
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer is never exceptional", e);
    }
  }

  static PortunusException thrown(ErrorBody error) {
    return error.toException();
  }
}
