// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the calls of this task's clients, from their delivery until their reply is sent. A task
 * with none open is idle.
 *
 * <p>The lock {@code state} guards everything.
 */
public final class Transactions {
  private final ReentrantLock state = new ReentrantLock();
  private final Condition changed = state.newCondition();
  private long open;
  private long lastChange = System.nanoTime();
  private boolean ordered;

  /** Also for work that is no call, such as taking a connection. */
  public void begin() {
    change(1);
  }

  public void end() {
    change(-1);
  }

  private void change(int by) {
    state.lock();
    try {
      open += by;
      lastChange = System.nanoTime();
      changed.signalAll();
    } finally {
      state.unlock();
    }
  }

  public long open() {
    state.lock();
    try {
      return open;
    } finally {
      state.unlock();
    }
  }

  /** Waits until none is open. */
  public void awaitNone() throws InterruptedException {
    state.lock();
    try {
      while (open > 0) {
        changed.await();
      }
    } finally {
      state.unlock();
    }
  }

  /** The task is to end, idle or not. */
  void endByOrder() {
    state.lock();
    try {
      ordered = true;
      changed.signalAll();
    } finally {
      state.unlock();
    }
  }

  /** Waits until none has been open for this long, or the task is to end. */
  public void awaitIdle(Duration idle) throws InterruptedException {
    state.lock();
    try {
      long left = remaining(idle);
      while (!ordered && (open > 0 || left > 0)) {
        if (open > 0) {
          changed.await();
        } else {
          long _ = changed.awaitNanos(left);
        }
        left = remaining(idle);
      }
    } finally {
      state.unlock();
    }
  }

  private long remaining(Duration idle) {
    return lastChange + idle.toNanos() - System.nanoTime();
  }
}
