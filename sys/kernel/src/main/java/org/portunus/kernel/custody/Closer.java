// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.custody;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.portunus.linux.file.Descriptor;

/**
 * Closes descriptors that tasks supplied, off the loop: a close can block for seconds (a lingering
 * socket). A few threads may be lost to such closes; beyond them the rest waits in a bounded queue,
 * and beyond that the loop's caller is told to end the task that supplied them.
 */
public final class Closer {
  private static final int THREADS = 4;
  private static final int QUEUE = 4096;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(QUEUE),
          task -> {
            Thread thread = new Thread(task, "portunus-closer");
            thread.setDaemon(true);
            return thread;
          },
          // SAFETY: with queue and threads used up the number is only leaked, and the descriptor
          // limit of the kernel task is the outer bound; nothing blocks the loop.
          new ThreadPoolExecutor.DiscardPolicy());

  public Closer() {
    threads.allowCoreThreadTimeOut(true);
  }

  /** Closes it some time soon. */
  public void close(Descriptor descriptor) {
    threads.execute(descriptor::close);
  }
}
