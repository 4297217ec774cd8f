// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The pairs that run. Ends them when it is closed, also from another thread: processes that are
 * stopped would stay for ever.
 */
public final class RunningPairs implements AutoCloseable {
  private final ReentrantLock state = new ReentrantLock();
  private final List<Pair> pairs = new ArrayList<>();
  private boolean closed;

  /** Starts a pair; it has not met yet. */
  Pair start(Contender.Startable contender) throws IOException {
    state.lock();
    try {
      if (closed) {
        throw new IOException("no pair starts any more");
      }
      Pair pair = Pair.start(contender.name(), contender.command());
      pairs.add(pair);
      return pair;
    } finally {
      state.unlock();
    }
  }

  void end(Pair pair) {
    pair.close();
    state.lock();
    try {
      pairs.remove(pair);
    } finally {
      state.unlock();
    }
  }

  @Override
  public void close() {
    state.lock();
    try {
      closed = true;
      pairs.forEach(Pair::close);
      pairs.clear();
    } finally {
      state.unlock();
    }
  }
}
