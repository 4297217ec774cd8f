// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the calls of this task's clients, from their delivery until their reply is sent. A task
 * with none open is idle.
 *
 * <p>Counting takes no lock and no look at the clock; who waits for idleness looks from time to
 * time. The lock {@code state} guards the sleep of those who wait.
 */
public final class Transactions {
  private static final int LOOKS = 4;
  private static final long SHORTEST_LOOK = 1_000_000;

  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private final ReentrantLock state = new ReentrantLock();
  private final Condition changed = state.newCondition();
  private final AtomicInteger waiting = new AtomicInteger();
  private boolean ordered;

  /** Also for work that is no call, such as taking a connection. */
  public void begin() {
    begun.incrementAndGet();
  }

  public void end() {
    long done = ended.incrementAndGet();
    if (waiting.get() > 0 && done == begun.get()) {
      state.lock();
      try {
        changed.signalAll();
      } finally {
        state.unlock();
      }
    }
  }

  public long open() {
    // In this order: what ends in between counts as open.
    long done = ended.get();
    return begun.get() - done;
  }

  /** Waits until none is open. */
  public void awaitNone() throws InterruptedException {
    state.lock();
    waiting.incrementAndGet();
    try {
      while (open() > 0) {
        changed.await();
      }
    } finally {
      waiting.decrementAndGet();
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

  /**
   * Waits until none has been open for this long, or up to a quarter longer; or until the task is
   * to end.
   */
  public void awaitIdle(Duration idle) throws InterruptedException {
    long look = Math.max(SHORTEST_LOOK, idle.toNanos() / LOOKS);
    long seen = -1;
    long since = System.nanoTime();
    state.lock();
    try {
      while (!ordered) {
        long now = begun.get();
        if (open() > 0) {
          seen = -1;
          awaitChange();
        } else if (now != seen) {
          seen = now;
          since = System.nanoTime();
        } else if (System.nanoTime() - since >= idle.toNanos()) {
          return;
        } else {
          long _ = changed.awaitNanos(look);
        }
      }
    } finally {
      state.unlock();
    }
  }

  /** With the lock. */
  private void awaitChange() throws InterruptedException {
    waiting.incrementAndGet();
    try {
      while (!ordered && open() > 0) {
        changed.await();
      }
    } finally {
      waiting.decrementAndGet();
    }
  }
}
