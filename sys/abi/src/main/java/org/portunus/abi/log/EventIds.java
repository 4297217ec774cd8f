// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.log;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.portunus.abi.id.EventId;

/**
 * The ids of the events that one process writes. The counter of an id is the time in microseconds
 * by the machine's monotonic clock, times {@value #WRITERS}, plus the number of the writer: so a
 * launchd that follows another repeats none of its ids, and needs to know nothing of them.
 *
 * <p>Any thread may ask; ids of one writer rise strictly.
 */
public final class EventIds {
  /** Who writes events. */
  public enum Writer {
    KERNEL(0),
    LAUNCHD(1),
    BROKER(2);

    private final int number;

    Writer(int number) {
      this.number = number;
    }
  }

  private static final int WRITERS = 4;
  private static final long NANOS = 1000;

  private final int epoch;
  private final Writer writer;
  private final LongSupplier nanoTime;
  private final AtomicLong last = new AtomicLong();

  /**
   * @param epoch of the instance
   * @param nanoTime {@link System#nanoTime()}
   */
  public EventIds(int epoch, Writer writer, LongSupplier nanoTime) {
    this.epoch = epoch;
    this.writer = writer;
    this.nanoTime = nanoTime;
  }

  /** An id for an event of now. */
  public EventId next() {
    long now = Math.max(0, nanoTime.getAsLong() / NANOS) * WRITERS + writer.number;
    return new EventId(epoch, last.updateAndGet(before -> now > before ? now : before + WRITERS));
  }
}
