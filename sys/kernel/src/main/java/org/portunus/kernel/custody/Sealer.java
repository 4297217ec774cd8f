// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.custody;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.memory.MemoryFile;

/**
 * Seals memory that the kernel made for a task, off the loop: sealing looks at every page, and
 * waits for pages that are in use. A few threads and a bounded queue, so a task that makes it slow
 * costs other tasks a typed error at most.
 */
public final class Sealer {
  private static final int THREADS = 4;
  private static final int QUEUE = 256;

  private final EventLoop loop;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(QUEUE),
          task -> {
            Thread thread = new Thread(task, "portunus-sealer");
            thread.setDaemon(true);
            return thread;
          });

  /** What became of it; called on the loop. */
  @FunctionalInterface
  public interface Sealed {
    /**
     * Tells the outcome.
     *
     * @param error positive error number, 0 when it is sealed; EBUSY while it is mapped for writing
     */
    void sealed(int error);
  }

  public Sealer(EventLoop loop) {
    this.loop = loop;
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Seals it against every change.
   *
   * @param file stays the caller's, open until the outcome was told
   * @return whether it will be done; if not, there is too much to do
   */
  public boolean seal(MemoryFile file, Sealed then) {
    return execute(file::seal, then);
  }

  /** The same with the seals of memory that its producer goes on to write. */
  public boolean share(MemoryFile file, Sealed then) {
    return execute(file::share, then);
  }

  /** What is done off the loop. */
  @FunctionalInterface
  public interface Act {
    void run() throws LinuxException;
  }

  /** The same with another act. */
  public boolean execute(Act act, Sealed then) {
    try {
      threads.execute(() -> {
        int error = run(act);
        loop.post(() -> then.sealed(error));
      });
      return true;
    } catch (RejectedExecutionException full) {
      return false;
    }
  }

  private static int run(Act act) {
    try {
      act.run();
      return 0;
    } catch (LinuxException failure) {
      return failure.number();
    }
  }
}
