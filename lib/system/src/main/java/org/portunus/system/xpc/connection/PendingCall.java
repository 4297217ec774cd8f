// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.system.xpc.wire.Decoder;

/**
 * A call to the peer that has not been answered. It ends once: with the reply, a failure, or
 * because its caller gave it up; whoever comes second closes what it brought.
 *
 * <p>One thread waits. It says so, then looks for the answer; whoever ends the call puts the
 * answer, then looks for the thread; a compare-and-set stands between the two.
 *
 * <p>One that its caller has seen end with an answer can be used again: the table does not know it
 * any more, and who answered it at most wakes a thread too often. One that was given up can't.
 */
final class PendingCall implements Outbox.Numbering {
  /** How it ended. */
  sealed interface Answer {
    /** The peer's reply, for {@link #decode}. */
    record Reply() implements Answer {}

    /** An error, of the peer or of the connection. */
    record Failure(ErrorBody error) implements Answer {}

    /** Nobody waits any more. */
    record GivenUp() implements Answer {}
  }

  /** Gets the answer. */
  interface Listener {
    void answered(Answer answer);
  }

  private static final Answer REPLY = new Answer.Reply();
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

  private final CallTable calls;
  private final SessionPeer adopter;
  private final Decoder decoder;
  private final MessageBody body = new MessageBody();
  private volatile @Nullable Answer answer;
  private volatile @Nullable Thread waiter;
  private volatile @Nullable Listener listener;
  private int limit;
  private int method;
  private long number;
  private long place;

  /**
   * @param calls where it gets its number
   * @param adopter what adopts the objects in the reply
   */
  PendingCall(CallTable calls, SessionPeer adopter) {
    this.calls = calls;
    this.adopter = adopter;
    this.decoder = new Decoder(adopter);
  }

  /** Whether its number comes from here, and its reply is decoded for this peer. */
  boolean isOf(CallTable table, SessionPeer peer) {
    return calls.equals(table) && adopter.equals(peer);
  }

  /**
   * Makes it ready for its first or next use.
   *
   * @param maxCalls most unanswered calls
   */
  void begin(int maxCalls, int newMethod) {
    limit = maxCalls;
    method = newMethod;
    number = 0;
    place = Transport.NO_PLACE;
    body.clear();
    waiter = null;
    answer = null;
  }

  @Override
  public long next() {
    number = calls.add(this, limit);
    return number;
  }

  @Override
  public void withdraw(long unsent) {
    calls.withdraw(unsent);
  }

  @Override
  public void sentAt(long newPlace) {
    place = newPlace;
  }

  /** Where its last frame is in its direction; for the thread that sent it, and its listener. */
  long place() {
    return place;
  }

  /** The number, 0 if it was never its turn. */
  long number() {
    return number;
  }

  int method() {
    return method;
  }

  /** The reply has come; it is copied. */
  void reply(InboundFrame frame, int length) throws MalformedFrameException {
    body.copy(frame, length);
    replied();
  }

  /** The reply has come in several frames; it becomes this call's. */
  void reply(Reassembly.Message message) {
    body.adopt(message.body(), message.rights());
    replied();
  }

  private void replied() {
    if (!end(REPLY)) {
      body.rights().drop();
    }
  }

  /**
   * The reply, once it has come; the decoder is closed before this is used again. May wait for the
   * rights in it.
   *
   * @throws org.portunus.abi.error.PortunusException why these can't be had
   */
  Decoder decode() {
    return decoder.beginWithRights(body.bytes(), 0, body.length(), body.rights().take());
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
  @Nullable Answer now() {
    return answer;
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

  /** Waits until the call has ended or the time has come. */
  void await(Until until) throws InterruptedException {
    enter();
    while (!hasEnded()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (!park(until)) {
        return;
      }
    }
  }

  /** Waits until {@link #wake}, an interrupt or the time; false if it has come. */
  boolean park(Until until) {
    if (until.isNever()) {
      LockSupport.park(this);
      return true;
    }
    long left = until.remaining();
    if (left <= 0) {
      return false;
    }
    LockSupport.parkNanos(this, left);
    return true;
  }
}
