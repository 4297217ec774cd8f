// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waits for what has no event of its own. */
final class Eventually {
  /** Long enough for a machine that does much else; no result depends on it. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final long POLL_NANOS = 2_000_000;

  private Eventually() {}

  /** Waits until it holds and gives the time that took; fails after {@link #PATIENCE}. */
  static Duration until(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
