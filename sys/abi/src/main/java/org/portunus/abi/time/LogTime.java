// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.time;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * When something was logged: UTC for people, CLOCK_MONOTONIC for order.
 *
 * @param utc the wall clock, which may be set back
 * @param monotonicNanos {@link System#nanoTime()}, comparable within one boot of the machine
 */
public record LogTime(Instant utc, long monotonicNanos) {
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  public static LogTime now() {
    return new LogTime(Instant.now(), System.nanoTime());
  }

  /** {@code 2026-11-22T08:00:00.000000Z +12.345678}: UTC, then monotonic seconds. */
  @Override
  public String toString() {
    return "%s +%d.%06d"
        .formatted(
            UTC.format(utc),
            Math.floorDiv(monotonicNanos, 1_000_000_000L),
            Math.floorMod(monotonicNanos, 1_000_000_000L) / 1000);
  }
}
