// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;

/**
 * The kernel task's lines in the instance's log, which is its standard error. A thread of its own
 * writes them, so that a slow disk never stops the loop; what does not fit the queue is counted and
 * the count logged.
 */
public final class KernelLog {
  private static final String SOURCE = "kernel";
  private static final int QUEUE = 1024;

  private final BlockingQueue<LogLine> lines = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong dropped = new AtomicLong();
  private final Descriptor log;

  public KernelLog(Descriptor log) {
    this.log = log;
    Thread thread = new Thread(this::write, "portunus-log");
    thread.setDaemon(true);
    thread.start();
  }

  /** An event about the instance or about one task. */
  public void event(Optional<TaskId> task, LogEvent event) {
    if (!lines.offer(LogLine.now(SOURCE, task, LogLine.Level.EVENT, event.text()))) {
      dropped.incrementAndGet();
    }
  }

  private void write() {
    try {
      while (true) {
        log.writeFully(lines.take().toBytes());
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
          LogEvent event = LogEvent.of("log.dropped").with("lines", lost);
          log.writeFully(
              LogLine.now(SOURCE, Optional.empty(), LogLine.Level.EVENT, event.text()).toBytes());
        }
      }
    } catch (LinuxException failure) {
      // SAFETY: there is nowhere left to say it; the queue fills up and lines are counted as lost.
      dropped.incrementAndGet();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
