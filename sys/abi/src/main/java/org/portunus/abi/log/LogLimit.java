// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.log;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How many events about one subject a log takes: so many in each span of time, and the next one
 * after that tells how many were left out. For events that somebody can cause at will.
 *
 * <p>Holds a bounded number of subjects; what was left out of one that is forgotten is told with
 * the next event of any. Belongs to one thread.
 */
public final class LogLimit {
  /** The field with the number of events left out. */
  public static final String SUPPRESSED = "suppressed";

  private final int most;
  private final long span;
  private final int subjects;
  private final LongSupplier nanoTime;
  private final Map<String, Subject> known = new LinkedHashMap<>(16, 0.75f, true);
  private long forgotten;

  private static final class Subject {
    private long since;
    private int events;
    private long suppressed;
  }

  /**
   * @param most events of one subject in a span
   * @param subjects how many are told apart at once
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  public LogLimit(int most, Duration span, int subjects, LongSupplier nanoTime) {
    this.most = most;
    this.span = span.toNanos();
    this.subjects = subjects;
    this.nanoTime = nanoTime;
  }

  /** The event as it is to be written; empty when this subject has had its share. */
  public Optional<LogEvent> admit(String subject, LogEvent event) {
    long now = nanoTime.getAsLong();
    Subject entry = known.get(subject);
    if (entry == null) {
      forgetEldest();
      entry = new Subject();
      entry.since = now;
      known.put(subject, entry);
    }
    if (now - entry.since >= span) {
      entry.since = now;
      entry.events = 0;
    }
    if (entry.events >= most) {
      entry.suppressed++;
      return Optional.empty();
    }
    entry.events++;
    long suppressed = entry.suppressed + forgotten;
    entry.suppressed = 0;
    forgotten = 0;
    return Optional.of(suppressed == 0 ? event : event.with(SUPPRESSED, suppressed));
  }

  private void forgetEldest() {
    if (known.size() >= subjects) {
      String eldest = known.keySet().iterator().next();
      Subject gone = known.remove(eldest);
      forgotten += gone == null ? 0 : gone.suppressed;
    }
  }
}
