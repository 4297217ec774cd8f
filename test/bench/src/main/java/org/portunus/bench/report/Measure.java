// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.report;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One measure.
 *
 * @param limit what was promised, of the ratio where there is a peer; empty where nothing was
 */
public record Measure(
    String name,
    double value,
    double min,
    double max,
    String unit,
    OptionalDouble limit,
    Direction direction,
    Optional<Peer> peer) {

  /** Who did the same in turn; the limit is one of the ratio then. */
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

  /** What the limit is about: the value, or its ratio to the peer's. */
  public double measured() {
    return peer.isPresent() ? value / peer.get().value() : value;
  }

  /** Whether it keeps to its limit; true without one. */
  public boolean holds() {
    return limit.isEmpty()
        || switch (direction) {
          case AT_MOST -> measured() <= limit.getAsDouble();
          case AT_LEAST -> measured() >= limit.getAsDouble();
        };
  }
}
