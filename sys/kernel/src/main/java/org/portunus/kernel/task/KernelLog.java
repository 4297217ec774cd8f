// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.portunus.abi.id.EventId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.EventIds;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLimit;
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

  /** Most events of one kind that a user outside causes in {@link #SPAN}. */
  public static final int MOST = 20;

  private static final Duration SPAN = Duration.ofSeconds(10);
  private static final int SUBJECTS = 64;

  private final BlockingQueue<LogLine> lines = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong dropped = new AtomicLong();
  private final Descriptor log;
  private final LogLimit limit;
  private final EventIds ids;

  /**
   * @param epoch of the instance
   */
  public KernelLog(Descriptor log, int epoch) {
    this(log, epoch, System::nanoTime);
  }

  /**
   * @param nanoTime the clock of what {@link #outsideEvent} counts
   */
  public KernelLog(Descriptor log, int epoch, LongSupplier nanoTime) {
    this.log = log;
    this.ids = new EventIds(epoch, EventIds.Writer.KERNEL, System::nanoTime);
    this.limit = new LogLimit(MOST, SPAN, SUBJECTS, nanoTime);
    Thread thread = new Thread(this::write, "portunus-log");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * An event about the instance or about one task.
   *
   * @return its id, for what follows from it: {@link LogEvent#because}
   */
  public EventId event(Optional<TaskId> task, LogEvent event) {
    EventId id = nextId();
    event(id, task, event);
    return id;
  }

  /** An id for an event that is recorded later. */
  EventId nextId() {
    return ids.next();
  }

  /** The same with an id that was told before. */
  void event(EventId id, Optional<TaskId> task, LogEvent event) {
    if (!lines.offer(LogLine.now(SOURCE, task, LogLine.Level.EVENT, event.with(id).text()))) {
      dropped.incrementAndGet();
    }
  }

  /**
   * An event that programs outside can cause as often as they connect: at most {@link #MOST} of a
   * kind and uid in ten seconds, and the next tells how many were left out. Loop thread only.
   *
   * @return its id; empty if it was left out
   */
  public Optional<EventId> outsideEvent(int uid, Optional<TaskId> task, LogEvent event) {
    return limited(Integer.toString(uid), task, event);
  }

  /** An event that a task can cause as often as it wants: the same limit. Loop thread only. */
  public Optional<EventId> taskEvent(TaskId task, LogEvent event) {
    return limited(task.toString(), Optional.of(task), event);
  }

  private Optional<EventId> limited(String subject, Optional<TaskId> task, LogEvent event) {
    return limit.admit(event.name() + " " + subject, event).map(written -> event(task, written));
  }

  private void write() {
    try {
      while (true) {
        log.writeFully(lines.take().toBytes());
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
          LogEvent event = LogEvent.of("log.dropped").with(ids.next()).with("lines", lost);
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
