// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

/** Calls that were used and can be used again: steady calls make no garbage. */
final class SpareCalls {
  private static final int MOST = 32;

  private final Supplier<IncomingCall> calls;
  // Of the one that reads; what handlers are done with comes to it with the lock.
  private final Deque<IncomingCall> spares = new ArrayDeque<>(MOST);
  private final Deque<IncomingCall> returned = new ArrayDeque<>(MOST);

  /**
   * @param calls makes another one
   */
  SpareCalls(Supplier<IncomingCall> calls) {
    this.calls = calls;
  }

  /**
   * One to fill; for the one that reads.
   *
   * @param lock guards what was given back
   */
  IncomingCall take(Lock lock) {
    IncomingCall spare = spares.pollLast();
    if (spare == null) {
      lock.lock();
      try {
        spares.addAll(returned);
        returned.clear();
      } finally {
        lock.unlock();
      }
      spare = spares.pollLast();
    }
    return spare == null ? calls.get() : spare;
  }

  /** One that is done with, and cleared; with the lock. */
  void giveBack(IncomingCall call) {
    if (returned.size() < MOST) {
      returned.add(call);
    }
  }
}
