// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Objects of the peer that this side refers to. A reference is given back when its proxy is
 * collected, which a quiet process may put off for long; so when the peer's limit comes near, a
 * collection is asked for and briefly waited for, on the thread that adopts.
 *
 * <p>The lock {@code state} guards everything.
 */
final class AdoptedObjects {
  private static final long MOST_WAIT_MILLIS = 500;

  private final ReentrantLock state = new ReentrantLock();
  private final Condition fewer = state.newCondition();
  private final Map<Integer, Integer> references = new HashMap<>();
  private int newSinceCollection;

  /**
   * A reference came.
   *
   * @param limit most objects that the peer passes
   */
  void add(int object, int limit) {
    if (count(object, limit)) {
      System.gc();
      awaitFewer(limit);
    }
  }

  /** Whether a collection is due: few are free, and enough came since the last one. */
  private boolean count(int object, int limit) {
    state.lock();
    try {
      if (references.merge(object, 1, Integer::sum) == 1) {
        newSinceCollection++;
      }
      boolean due = references.size() >= limit / 2 && newSinceCollection >= limit / 8;
      if (due) {
        newSinceCollection = 0;
      }
      return due;
    } finally {
      state.unlock();
    }
  }

  /** What was collected is given back on another thread. */
  private void awaitFewer(int limit) {
    state.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(MOST_WAIT_MILLIS);
      while (left > 0 && references.size() >= limit / 2) {
        left = fewer.awaitNanos(left);
      }
    } catch (InterruptedException cancelled) {
      Thread.currentThread().interrupt();
    } finally {
      state.unlock();
    }
  }

  /** A reference was given back. */
  void remove(int object) {
    state.lock();
    try {
      references.computeIfPresent(object, (number, count) -> count == 1 ? null : count - 1);
      fewer.signalAll();
    } finally {
      state.unlock();
    }
  }
}
