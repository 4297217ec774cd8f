// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.time.Deadline;
import org.portunus.system.xpc.connection.PendingCall.Answer;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Repetition;
import org.portunus.system.xpc.wire.ReplyReader;
import org.portunus.system.xpc.wire.RequestWriter;

/**
 * A call to the peer whose result is a future, from its request to the future's end.
 *
 * <pre>
 *   waiting --sent--> in flight --reply, error--> ended
 *      |      ^           |
 *      |      +--repeated-+-- interrupted, the first time, if it may be repeated
 *      |                  |
 *      +------------------+--the future ends: cancelled, late, completed by its holder--> ended
 * </pre>
 *
 * Whoever ends the future while the call is in flight has the peer asked to cancel. The future is
 * never completed on the session's reader, since code of the program hangs on it.
 *
 * <p>The lock {@code state} guards the flight, whether it is late and was repeated. The draft
 * belongs to the thread that sends; once that is done, if the call may be repeated, to the one that
 * takes the answer; else its encoder is closed by then.
 */
final class StagedCall<T extends @Nullable Object> {
  /** Where futures are completed. */
  static final Executor COMPLETIONS =
      action -> {
        Thread unusedCompletion = Thread.ofVirtual().name("xpc-completion").start(action);
      };

  // As often as a call that is waited for.
  private static final int UNREAD_TRIES = 3;

  /** Sends the call; throws what it can't be sent for. */
  interface Route {
    void send(StagedCall<?> call);
  }

  /** One time that it was sent. */
  private record Flight(Session session, PendingCall pending) {}

  private final Departures departures;
  private final Route route;
  private final Draft draft;
  private final int object;
  private final int method;
  private final Repetition repetition;
  private final Optional<Deadline> deadline;
  private final long remaining;
  private final ReplyReader<T> reader;
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private final CompletableFuture<Boolean> timer = new CompletableFuture<>();
  private final Optional<CallEvent> event =
      FlightRecorder.isInitialized() ? Optional.of(new CallEvent()) : Optional.empty();
  private final ReentrantLock state = new ReentrantLock();
  private Optional<Flight> flight = Optional.empty();
  private boolean late;
  private boolean repeated;
  private int unreadTries;

  private StagedCall(
      Departures departures,
      Route route,
      Draft draft,
      int object,
      int method,
      Repetition repetition,
      Optional<Deadline> deadline,
      long remaining,
      ReplyReader<T> reader) {
    this.departures = departures;
    this.route = route;
    this.draft = draft;
    this.object = object;
    this.method = method;
    this.repetition = repetition;
    this.deadline = deadline;
    this.remaining = remaining;
    this.reader = reader;
  }

  /**
   * Makes a call.
   *
   * @param draft becomes the call's
   * @param remaining the deadline for the wire, as it was when the call began
   * @param parameters written to the draft at once
   */
  static <T extends @Nullable Object> CompletionStage<T> make(
      Departures departures,
      Route route,
      Draft draft,
      int object,
      int method,
      Repetition repetition,
      Optional<Deadline> deadline,
      long remaining,
      RequestWriter parameters,
      ReplyReader<T> reader) {
    boolean made = false;
    try {
      draft.setRepetition(repetition);
      parameters.write(draft.encoder());
      StagedCall<T> call =
          new StagedCall<>(
              departures,
              route,
              draft,
              object,
              method,
              draft.repetition(),
              deadline,
              remaining,
              reader);
      call.begin();
      made = true;
      return call.future;
    } catch (PortunusException refusal) {
      return CompletableFuture.failedFuture(refusal);
    } finally {
      if (!made) {
        draft.encoder().close();
      }
    }
  }

  private void begin() {
    event.ifPresent(CallEvent::begin);
    departures.add(this::depart);
    deadline.ifPresent(limit -> {
      var _ = timer.orTimeout(Math.max(0, limit.remaining()), TimeUnit.NANOSECONDS);
      var _ =
          timer.exceptionallyAsync(
              timeOut -> {
                late();
                return Boolean.FALSE;
              },
              COMPLETIONS);
    });
    var _ = future.whenComplete((result, thrown) -> ended(Optional.ofNullable(thrown)));
  }

  private void depart() {
    try {
      route.send(this);
    } catch (RuntimeException | OutOfMemoryError refusal) {
      draft.encoder().close();
      fail(refusal);
    }
  }

  boolean isRepetition() {
    state.lock();
    try {
      return repeated;
    } finally {
      state.unlock();
    }
  }

  int method() {
    return method;
  }

  /**
   * Sends the call over a session.
   *
   * @param adopter what adopts the objects in the reply
   */
  void send(Session session, SessionPeer adopter) throws UndeliveredException {
    if (future.isDone()) {
      draft.encoder().close();
      return;
    }
    PendingCall pending =
        session.begin(object, method, draft, Until.of(deadline), remaining, adopter);
    Flight sent = new Flight(session, pending);
    boolean isLate;
    state.lock();
    try {
      flight = Optional.of(sent);
      isLate = late;
    } finally {
      state.unlock();
    }
    pending.whenAnswered(answer -> COMPLETIONS.execute(() -> take(answer, sent)));
    if (isLate) {
      overdue(sent);
    } else if (future.isDone()) {
      giveUp(sent);
    }
  }

  private void take(Answer answer, Flight sent) {
    if (answer instanceof Answer.Failure failure && isSentAgain(failure, sent)) {
      try {
        departures.add(this::depart);
        return;
      } catch (PortunusException full) {
        fail(full);
      }
    }
    draft.encoder().close();
    switch (answer) {
      case Answer.Reply _ -> read(sent.pending());
      case Answer.Failure failure -> fail(failed(failure, sent));
      case Answer.GivenUp _ -> {}
    }
  }

  /** Whether the call is to be made again, since nobody read it or it may be repeated. */
  private boolean isSentAgain(Answer.Failure failure, Flight sent) {
    if (failure.error().code() != ErrorCode.INTERRUPTED) {
      return false;
    }
    boolean unread = !draft.moves() && sent.session().wasNotRead(sent.pending(), failure);
    state.lock();
    try {
      if (late || future.isDone()) {
        return false;
      }
      if (unread && unreadTries < UNREAD_TRIES) {
        unreadTries++;
      } else if (repetition == Repetition.NEVER || repeated) {
        return false;
      } else {
        repeated = true;
      }
      flight = Optional.empty();
      return true;
    } finally {
      state.unlock();
    }
  }

  private void read(PendingCall answered) {
    try (Decoder in = answered.decode()) {
      if (!future.isDone()) {
        boolean unusedFirst = future.complete(reader.read(in));
      }
    } catch (Exception | OutOfMemoryError | StackOverflowError thrown) {
      fail(thrown);
    }
  }

  private PortunusException failed(Answer.Failure failure, Flight sent) {
    return sent.session
        .named(failure.error(), object, method)
        .toException(sent.session.connection(), sent.pending.number());
  }

  private void fail(Throwable thrown) {
    boolean unusedFirst = future.completeExceptionally(thrown);
  }

  private void late() {
    Optional<Flight> now;
    state.lock();
    try {
      late = true;
      now = flight;
    } finally {
      state.unlock();
    }
    if (now.isPresent()) {
      overdue(now.get());
    } else {
      fail(
          new PortunusException(
              ErrorCode.DEADLINE, "the deadline came before the request could be sent"));
    }
  }

  private void overdue(Flight sent) {
    // If the answer came first, whoever takes it ends the future.
    if (sent.pending.giveUp()) {
      fail(sent.session.overdue(sent.pending.number(), method));
    }
  }

  private static void giveUp(Flight sent) {
    if (sent.pending.giveUp()) {
      sent.session.cancelCall(sent.pending.number());
    }
  }

  private void ended(Optional<Throwable> thrown) {
    boolean unusedFirst = timer.complete(Boolean.TRUE);
    Optional<Flight> last;
    state.lock();
    try {
      last = flight;
    } finally {
      state.unlock();
    }
    last.ifPresent(StagedCall::giveUp);
    Optional<Flight> sent = last;
    event.ifPresent(each -> record(each, sent, thrown));
  }

  private void record(CallEvent ended, Optional<Flight> last, Optional<Throwable> thrown) {
    ended.end();
    if (ended.shouldCommit()) {
      ended.method = method;
      ended.outcome = thrown.map(StagedCall::outcome).orElse("reply");
      last.ifPresent(sent -> {
        ended.connection = sent.session.connection();
        ended.service = sent.session.service();
        ended.call = sent.pending.number();
      });
      ended.commit();
    }
  }

  private static String outcome(Throwable thrown) {
    return thrown instanceof PortunusException refusal
        ? refusal.code().dotted()
        : thrown.getClass().getName();
  }
}
