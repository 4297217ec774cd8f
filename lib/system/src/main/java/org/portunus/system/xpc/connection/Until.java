// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import java.util.Optional;
import org.portunus.abi.time.Deadline;

/**
 * When a caller stops to wait. To look at the clock takes as long as a tenth of a call, so the time
 * begins when it is asked for first, which a call that need not wait never does. Used again for the
 * next call; not for several threads.
 */
final class Until {
  /** As long as it takes. */
  static final Until NEVER = new Until();

  private static final long UNLIMITED = Long.MAX_VALUE;

  private long nanos = UNLIMITED;
  private long end;
  private boolean begun;

  /** A time that has not begun, and has no end until {@link #begin} gives it one. */
  Until() {}

  /** The time that ends this long after it is asked for first. */
  static Until after(Duration duration) {
    return new Until().begin(Deadline.nanos(duration));
  }

  static Until of(Optional<Deadline> deadline) {
    if (deadline.isEmpty()) {
      return NEVER;
    }
    Until until = new Until();
    until.nanos = 0;
    until.end = deadline.get().nanoTime();
    until.begun = true;
    return until;
  }

  /** Makes it end so many nanoseconds after it is asked for next. */
  Until begin(long newNanos) {
    nanos = newNanos;
    begun = false;
    return this;
  }

  /** Makes it end never. */
  Until unlimited() {
    return begin(UNLIMITED);
  }

  boolean isNever() {
    return nanos == UNLIMITED;
  }

  /** Nanoseconds that remain; zero or less once it has come. */
  long remaining() {
    if (isNever()) {
      return UNLIMITED;
    }
    long now = System.nanoTime();
    if (!begun) {
      begun = true;
      end = now + nanos;
    }
    return end - now;
  }
}
