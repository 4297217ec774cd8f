// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * Requests that nobody waits for until they are sent: they go one after the other, in the order in
 * which they were made, on a virtual thread that lives as long as there are some.
 *
 * <p>The lock {@code state} guards everything; nothing is sent under it.
 */
final class Departures {
  private final String name;
  private final int limit;
  private final ReentrantLock state = new ReentrantLock();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  /**
   * @param name of the thread
   * @param limit most requests that wait
   */
  Departures(String name, int limit) {
    this.name = name;
    this.limit = limit;
  }

  /**
   * Has the request sent after those before it.
   *
   * @param request sends it; throws nothing
   * @throws PortunusException LIMIT_CALLS
   */
  void add(Runnable request) {
    state.lock();
    try {
      if (waiting.size() >= limit) {
        throw new PortunusException(
            ErrorCode.LIMIT_CALLS,
            "%d calls of %s wait to be sent, the most there may be".formatted(limit, name));
      }
      waiting.add(request);
      if (running) {
        return;
      }
      running = true;
    } finally {
      state.unlock();
    }
    Thread unusedSender = Thread.ofVirtual().name(name).start(this::sendAll);
  }

  private void sendAll() {
    Optional<Runnable> next = take();
    while (next.isPresent()) {
      next.get().run();
      next = take();
    }
  }

  private Optional<Runnable> take() {
    state.lock();
    try {
      Optional<Runnable> next = Optional.ofNullable(waiting.poll());
      running = next.isPresent();
      return next;
    } finally {
      state.unlock();
    }
  }
}
