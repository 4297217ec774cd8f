// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.log;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogLine;

/**
 * The lines of one job, over all of its runs, under its rate. Owned by the pump's thread.
 *
 * <p>After dropped lines, the next one that is written, the end of a stream or {@link #settle}
 * reports their number.
 */
final class JobOutput {
  static final int LINES_PER_SECOND = 200;
  static final int BURST = 400;

  private final String label;
  private final LogWriter log;
  private final RateLimit rate;
  private long dropped;

  JobOutput(String label, LogWriter log, LongSupplier nanoTime) {
    this.label = label;
    this.log = log;
    this.rate = new RateLimit(LINES_PER_SECOND, BURST, nanoTime);
  }

  void line(Optional<TaskId> task, LogLine.Level level, String text) {
    if (!rate.tryTake()) {
      dropped++;
      return;
    }
    settle(task);
    log.write(LogLine.now(label, task, level, text));
  }

  /** Reports dropped lines, if there are any. */
  void settle(Optional<TaskId> task) {
    if (dropped > 0) {
      log.write(LogLine.now(label, task, LogLine.Level.WARN, dropped + " lines dropped"));
      dropped = 0;
    }
  }
}
