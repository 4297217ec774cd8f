// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.log;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;

/** Writes lines to the log of the instance, an O_APPEND file. Any thread may write. */
public final class LogWriter {
  private final Descriptor log;
  private final AtomicLong lost = new AtomicLong();

  /**
   * @param log opened for appending; stays the caller's
   */
  public LogWriter(Descriptor log) {
    this.log = log;
  }

  public void event(String source, Optional<TaskId> task, LogEvent event) {
    write(LogLine.now(source, task, LogLine.Level.EVENT, event.text()));
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
