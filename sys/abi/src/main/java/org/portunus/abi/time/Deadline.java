// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.time;

import java.time.Duration;

/**
 * A point on this process's CLOCK_MONOTONIC ({@link System#nanoTime()}) at which a caller stops
 * waiting. On the wire it is the nanoseconds that remain; {@link #NONE_ON_WIRE} stands for none.
 *
 * @param nanoTime compare by subtraction only, as nanoTime demands
 */
public record Deadline(long nanoTime) {
  /** The wire value of "no deadline". */
  public static final long NONE_ON_WIRE = 0;

  /** The longest deadline that travels: 24 hours, in nanoseconds. Longer ones are cut to it. */
  public static final long MAX_REMAINING = Duration.ofHours(24).toNanos();

  /** The deadline that ends this time from now; less than nothing counts as nothing. */
  public static Deadline after(Duration duration) {
    return new Deadline(System.nanoTime() + nanos(duration));
  }

  /** How long it is, at least nothing and at most {@link #MAX_REMAINING}. */
  public static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofNanos(MAX_REMAINING)) > 0
        ? MAX_REMAINING
        : Math.max(0, duration.toNanos());
  }

  /** Anchors what came from the wire at the moment of its receipt. */
  public static Deadline received(long remainingNanos) {
    return new Deadline(System.nanoTime() + Math.clamp(remainingNanos, 1, MAX_REMAINING));
  }

  /** Nanoseconds that remain; zero or less once it has passed. */
  public long remaining() {
    return nanoTime - System.nanoTime();
  }

  /** What travels of a deadline that is this far away: at least 1, since 0 means none. */
  public static long toWire(Duration duration) {
    return duration.toSeconds() > MAX_REMAINING / 1_000_000_000
        ? MAX_REMAINING
        : Math.clamp(duration.toNanos(), 1, MAX_REMAINING);
  }

  /** What travels: at least 1, since 0 means none. */
  public long toWire() {
    return Math.clamp(remaining(), 1, MAX_REMAINING);
  }
}
