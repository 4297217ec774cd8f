// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.time.Deadline;

/**
 * A call to the peer that has not been answered. It ends once: with the reply, a failure, or
 * because its caller gave it up; whoever comes second closes what it brought.
 *
 * <p>One thread waits. It says so, then looks for the answer; whoever ends the call puts the
 * answer, then looks for the thread; a compare-and-set stands between the two.
 */
final class PendingCall {
  /** How it ended. */
  sealed interface Answer {
    /** The peer's reply. */
    record Reply(byte[] body, MessageRights rights) implements Answer {}

    /** An error, of the peer or of the connection. */
    record Failure(ErrorBody error) implements Answer {}

    /** Nobody waits any more. */
    record GivenUp() implements Answer {}
  }

  /** Gets the answer. */
  interface Listener {
    void answered(Answer answer);
  }

  private static final Answer GIVEN_UP = new Answer.GivenUp();
  private static final VarHandle ANSWER;
  private static final VarHandle LISTENER;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      ANSWER = lookup.findVarHandle(PendingCall.class, "answer", Answer.class);
      LISTENER = lookup.findVarHandle(PendingCall.class, "listener", Listener.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Answer answer;
  private volatile @Nullable Thread waiter;
  private volatile @Nullable Listener listener;

  void reply(byte[] body, MessageRights rights) {
    if (!end(new Answer.Reply(body, rights))) {
      rights.drop();
    }
  }

  void fail(ErrorBody error) {
    boolean _ = end(new Answer.Failure(error));
  }

  /** The caller stops waiting; false when the answer came first, and is to be taken. */
  boolean giveUp() {
    return end(GIVEN_UP);
  }

  private boolean end(Answer how) {
    if (!ANSWER.compareAndSet(this, null, how)) {
      return false;
    }
    wake();
    deliver();
    return true;
  }

  /** Has the thread that waits look again. */
  void wake() {
    Thread thread = waiter;
    if (thread != null && !thread.equals(Thread.currentThread())) {
      LockSupport.unpark(thread);
    }
  }

  boolean hasEnded() {
    return answer != null;
  }

  /** The answer, if it came. */
  Optional<Answer> now() {
    return Optional.ofNullable(answer);
  }

  /**
   * Gives the answer to the listener once it is there: on the thread that brought it, or on this
   * one. For one listener, where no thread waits.
   */
  void whenAnswered(Listener action) {
    listener = action;
    deliver();
  }

  /** The listener is said first and then looked for by both sides: one of the two finds both. */
  private void deliver() {
    Answer end = answer;
    if (end != null && listener != null) {
      Listener waiting = (Listener) LISTENER.getAndSet(this, null);
      if (waiting != null) {
        waiting.answered(end);
      }
    }
  }

  /** Says that this thread waits from now on; it must look for the answer after this. */
  void enter() {
    waiter = Thread.currentThread();
  }

  /** Waits until the call has ended or the deadline has come. */
  void await(Optional<Deadline> deadline) throws InterruptedException {
    enter();
    while (!hasEnded()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (!park(deadline)) {
        return;
      }
    }
  }

  /** Waits until {@link #wake}, an interrupt or the deadline; false if it has come. */
  boolean park(Optional<Deadline> deadline) {
    if (deadline.isEmpty()) {
      LockSupport.park(this);
      return true;
    }
    long left = deadline.get().remaining();
    if (left <= 0) {
      return false;
    }
    LockSupport.parkNanos(this, left);
    return true;
  }
}
