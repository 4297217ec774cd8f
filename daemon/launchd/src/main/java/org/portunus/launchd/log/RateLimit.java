// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.log;

import java.util.function.LongSupplier;

/** A token bucket: so many a second in the long run, so many at once. Owned by one thread. */
final class RateLimit {
  private static final long SECOND = 1_000_000_000L;

  private final long nanosEach;
  private final long capacity;
  private final LongSupplier nanoTime;
  private long stored;
  private long last;

  RateLimit(int perSecond, int burst, LongSupplier nanoTime) {
    this.nanosEach = SECOND / perSecond;
    this.capacity = burst * nanosEach;
    this.nanoTime = nanoTime;
    this.stored = capacity;
    this.last = nanoTime.getAsLong();
  }

  /** Takes one if there is one. */
  boolean tryTake() {
    long now = nanoTime.getAsLong();
    stored = Math.min(capacity, stored + Math.clamp(now - last, 0, capacity));
    last = now;
    if (stored < nanosEach) {
      return false;
    }
    stored -= nanosEach;
    return true;
  }
}
