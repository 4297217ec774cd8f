// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.report;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One measure.
 *
 * @param value NaN where it could not be taken
 * @param limit what was promised, of the ratio where there is a peer; empty where nothing was
 * @param peer what the limit is a multiple of; empty where it is a value of its own
 * @param reason why it can't be said whether it holds; empty where it can
 */
public record Measure(
    String name,
    double value,
    double min,
    double max,
    String unit,
    OptionalDouble limit,
    Direction direction,
    Optional<Peer> peer,
    Optional<String> reason) {

  /** A measure that was taken. */
  public Measure(
      String name,
      double value,
      double min,
      double max,
      String unit,
      OptionalDouble limit,
      Direction direction,
      Optional<Peer> peer) {
    this(name, value, min, max, unit, limit, direction, peer, Optional.empty());
  }

  /**
   * What was measured in the same run for comparison; the limit is then of the ratio to it.
   *
   * @param value median; NaN where it could not be taken
   */
  public record Peer(String name, double value) {}

  /** On which side of the limit is fine. */
  public enum Direction {
    AT_MOST("at most"),
    AT_LEAST("at least");

    private final String words;

    Direction(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** A count with a limit. */
  public static Measure count(String name, long value, Direction direction, long limit) {
    return new Measure(
        name,
        value,
        value,
        value,
        "",
        OptionalDouble.of((double) limit),
        direction,
        Optional.empty());
  }

  /** A count that nothing was promised of. */
  public static Measure count(String name, long value) {
    return new Measure(
        name, value, value, value, "", OptionalDouble.empty(), Direction.AT_MOST, Optional.empty());
  }

  /**
   * Whether it keeps to its limit; true without one, and where only the peer is missing. Not where
   * the measure itself is.
   */
  public boolean holds() {
    if (reason.isPresent()) {
      return limit.isEmpty() || !Double.isNaN(value);
    }
    return limit.isEmpty()
        || switch (direction) {
          case AT_MOST -> compared() <= limit.getAsDouble();
          case AT_LEAST -> compared() >= limit.getAsDouble();
        };
  }

  /** What the limit is of: the ratio to the peer if there is one, else the value. */
  public double compared() {
    return peer.map(other -> value / other.value()).orElse(value);
  }
}
