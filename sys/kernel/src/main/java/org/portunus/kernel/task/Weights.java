// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.mach.Qos;
import org.portunus.security.sandbox.limits.CgroupTree;

/**
 * What tasks get of the processors while others want them, too: the shares of their control groups
 * follow how urgently they work. Written by one thread, which is there from the first change on; of
 * changes that come faster than it writes, the last counts.
 *
 * <p>The lock guards what is still to be written; nothing is written under it.
 */
final class Weights {
  private static final int[] SHARES = {1024, 64, 128, 512, 1024, 4096, 8192};

  private final CgroupTree groups;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Map<String, Qos> waiting = new LinkedHashMap<>();
  private boolean started;

  Weights(CgroupTree groups) {
    this.groups = groups;
  }

  /** Shares of a class, as Linux counts those of version 1. */
  static int shares(Qos qos) {
    return SHARES[qos.number()];
  }

  void set(String task, Qos qos) {
    if (!groups.weighs()) {
      return;
    }
    lock.lock();
    try {
      waiting.put(task, qos);
      more.signal();
      if (!started) {
        started = true;
        Thread thread = new Thread(this::run, "weights");
        thread.setDaemon(true);
        thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (true) {
        Map.Entry<String, Qos> next = next();
        write(next.getKey(), next.getValue());
      }
    } catch (InterruptedException impossible) {
      throw new IllegalStateException("nobody interrupts this thread", impossible);
    }
  }

  private Map.Entry<String, Qos> next() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty()) {
        more.await();
      }
      String first = waiting.keySet().iterator().next();
      return Map.entry(first, Objects.requireNonNull(waiting.remove(first)));
    } finally {
      lock.unlock();
    }
  }

  private void write(String task, Qos qos) {
    try {
      groups.weigh(task, shares(qos));
    } catch (IOException ended) {
      // SAFETY: the group goes with its task; a share is no guarantee that anything rests on.
    }
  }
}
