// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.log;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.portunus.abi.id.EventId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.EventIds;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;

/** Writes lines to the log of the instance, an O_APPEND file. Any thread may write. */
public final class LogWriter {
  private final Descriptor log;
  private final AtomicLong lost = new AtomicLong();
  private final LongSupplier nanoTime;
  private volatile EventIds ids;

  /**
   * @param log opened for appending; stays the caller's
   * @param nanoTime the clock that ids of events are made of
   */
  public LogWriter(Descriptor log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.ids = ids(0);
  }

  private EventIds ids(int epoch) {
    return new EventIds(epoch, EventIds.Writer.LAUNCHD, nanoTime);
  }

  /** Events belong to the instance of this epoch; before the first one. */
  public void number(int epoch) {
    ids = ids(epoch);
  }

  /** Writes an event; gives its id, for what follows from it. */
  public EventId event(String source, Optional<TaskId> task, LogEvent event) {
    EventId id = ids.next();
    write(LogLine.now(source, task, LogLine.Level.EVENT, event.with(id).text()));
    return id;
  }

  /** Writes one line. A line that the file does not take is counted, see {@link #lost}. */
  public void write(LogLine line) {
    try {
      log.writeFully(line.toBytes());
    } catch (LinuxException full) {
      lost.incrementAndGet();
    }
  }

  /** Lines that could not be written: the disk is full, or the reader of a pipe is gone. */
  public long lost() {
    return lost.get();
  }
}
