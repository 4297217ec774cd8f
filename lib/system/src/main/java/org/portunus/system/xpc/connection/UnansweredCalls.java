// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many calls of a session have come and are not answered, and who waits until none is left.
 * Counting takes no lock until somebody waits.
 */
final class UnansweredCalls {
  private final Transactions transactions;
  private final ReentrantLock state;
  private final Condition none;
  private final AtomicInteger count = new AtomicInteger();
  private final List<Runnable> actions = new ArrayList<>();
  // Somebody wants to know when none is left.
  private volatile boolean awaited;
  private boolean complete;

  /**
   * @param state the session's lock of calls
   */
  UnansweredCalls(Transactions transactions, ReentrantLock state) {
    this.transactions = transactions;
    this.state = state;
    this.none = state.newCondition();
  }

  void begin() {
    count.incrementAndGet();
    transactions.begin();
  }

  /** So many answers were sent, or there will be none. */
  void answered(int answers) {
    int left = count.addAndGet(-answers);
    for (int i = 0; i < answers; i++) {
      transactions.end();
    }
    if (left == 0 && awaited) {
      noneIsLeft();
    }
  }

  /** No other call comes; with the lock. */
  void noMore() {
    complete = true;
  }

  private void noneIsLeft() {
    List<Runnable> due = List.of();
    state.lock();
    try {
      if (count.get() == 0 && complete) {
        due = List.copyOf(actions);
        actions.clear();
      }
      none.signalAll();
    } finally {
      state.unlock();
    }
    due.forEach(Runnable::run);
  }

  /** Runs the action when none is left after the last, at once if so. */
  void whenNoneIsLeft(Runnable action) {
    state.lock();
    try {
      awaited = true;
      if (count.get() > 0 || !complete) {
        actions.add(action);
        return;
      }
    } finally {
      state.unlock();
    }
    action.run();
  }

  /** Waits until every answer was sent. */
  void awaitNone() {
    state.lock();
    try {
      awaited = true;
      while (count.get() > 0) {
        none.awaitUninterruptibly();
      }
    } finally {
      state.unlock();
    }
  }
}
