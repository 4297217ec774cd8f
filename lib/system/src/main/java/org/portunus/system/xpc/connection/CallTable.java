// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.crash.LastCalls;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.MalformedFrameException;

/**
 * The calls of this side that the peer has not answered, those included that their callers gave up:
 * the peer still works on them, so they count.
 *
 * <p>The lock {@code state} guards everything; calls are completed outside it.
 */
final class CallTable {
  private final ReentrantLock state = new ReentrantLock();
  private final CallMap<PendingCall> open = new CallMap<>();
  // Of the sender alone, whose turns the outbox orders.
  private long last;
  private boolean ended;
  // The size of the map, for those who look without the lock.
  private volatile int count;

  /**
   * Gives the call the next number, or {@link Outbox#NO_NUMBER} when no call can be answered any
   * more. Called by the sender just before the first frame.
   *
   * @throws PortunusException LIMIT_CALLS
   */
  long add(PendingCall call, int limit) {
    state.lock();
    try {
      if (ended) {
        return Outbox.NO_NUMBER;
      }
      if (open.size() >= limit) {
        throw new PortunusException(
            ErrorCode.LIMIT_CALLS,
            "%d calls of this connection are unanswered, the most there may be".formatted(limit));
      }
      open.put(++last, call);
      count = open.size();
      return last;
    } finally {
      state.unlock();
    }
  }

  /** Gives a call without reply the next number; as {@link #add}. */
  long addOneway() {
    return ++last;
  }

  /** The message with the last number was not sent: the number is free again. */
  void withdraw(long number) {
    state.lock();
    try {
      PendingCall _ = open.remove(number);
      count = open.size();
      last = number - 1;
    } finally {
      state.unlock();
    }
  }

  /**
   * Takes out the call that an answer belongs to.
   *
   * @throws MalformedFrameException when there is none
   */
  PendingCall answered(long number) throws MalformedFrameException {
    state.lock();
    try {
      PendingCall call = open.remove(number);
      count = open.size();
      if (call == null) {
        throw new MalformedFrameException(
            "answer to call " + Long.toUnsignedString(number) + ", which is not open");
      }
      return call;
    } finally {
      state.unlock();
    }
  }

  /** Whether any call is unanswered; a hint. */
  boolean areOpen() {
    return count > 0;
  }

  /**
   * No answer can come any more: all calls end, and no other begins.
   *
   * @param host hears of calls that the end of the peer interrupted
   */
  void failAll(ErrorBody reason, SessionHost host, long connection) {
    List<PendingCall> left;
    state.lock();
    try {
      ended = true;
      left = open.values();
      open.clear();
      count = 0;
    } finally {
      state.unlock();
    }
    // Told apart from the calls, which their callers use again.
    List<LastCalls.Call> told =
        left.stream()
            .limit(LastCalls.MOST_CALLS)
            .map(call -> new LastCalls.Call(call.number(), call.method()))
            .toList();
    left.forEach(call -> call.fail(reason));
    if (reason.code() == ErrorCode.INTERRUPTED) {
      told.forEach(call -> host.callInterrupted(connection, call.call(), call.method()));
    }
  }
}
