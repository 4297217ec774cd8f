// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.system.port.CallCounts;

/**
 * Counts the calls of this task's clients, from their delivery until their reply is sent. A task
 * with none open is idle.
 *
 * <p>Counting takes no lock and no look at the clock; who waits for idleness looks from time to
 * time. The lock {@code state} guards the sleep of those who wait.
 */
public final class Transactions implements CallCounts {
  private static final int LOOKS = 4;
  private static final long SHORTEST_LOOK = 1_000_000;
  private static final long LONGEST_LOOK = 3_000_000_000L;

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

  @Override
  public long taken() {
    return begun.get();
  }

  @Override
  public long answered() {
    return ended.get();
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
   *
   * @param whenQuiet runs in this thread once for each time that the task has had nothing to do for
   *     some seconds
   */
  public void awaitIdle(Duration idle, Runnable whenQuiet) throws InterruptedException {
    long look = Math.clamp(idle.toNanos() / LOOKS, SHORTEST_LOOK, LONGEST_LOOK);
    long seen = -1;
    long quiet = -1;
    long since = System.nanoTime();
    while (true) {
      state.lock();
      try {
        if (ordered) {
          return;
        }
        long now = begun.get();
        if (open() > 0) {
          seen = -1;
          awaitChange();
          continue;
        }
        if (now != seen) {
          seen = now;
          since = System.nanoTime();
        } else if (System.nanoTime() - since >= idle.toNanos()) {
          return;
        }
        if (quiet == seen || System.nanoTime() - since < LONGEST_LOOK) {
          long _ = changed.awaitNanos(look);
          continue;
        }
      } finally {
        state.unlock();
      }
      quiet = seen;
      whenQuiet.run();
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
