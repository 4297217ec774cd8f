// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.ground;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.portunus.bench.pair.Standing;
import org.portunus.bench.pair.Throughput;
import org.portunus.bench.report.Measure;
import org.portunus.bench.report.Measure.Direction;

/**
 * What is compared.
 *
 * @param measure its name
 * @param value of a round's figures
 */
public record Quantity(String measure, String unit, ToDoubleFunction<long[]> value) {
  private static final double MICRO = 1e-3;

  /** The time that half of the round trips keep to. */
  public static Quantity medianMicros(String measure) {
    return new Quantity(measure, "us", figures -> figures[0] * MICRO);
  }

  /** Messages by the second. */
  public static Quantity rate(String measure) {
    return new Quantity(measure, "1/s", Throughput::perSecond);
  }

  /** Compares one with another. */
  public Measure against(Standing own, Standing peer, OptionalDouble limit, Direction direction) {
    double[] values = own.sorted(value);
    double[] others = peer.sorted(value);
    Optional<String> reason = own.missing().map(why -> own.name() + ": " + why).or(peer::missing);
    return new Measure(
        measure,
        middle(values),
        values.length == 0 ? Double.NaN : values[0],
        values.length == 0 ? Double.NaN : values[values.length - 1],
        unit,
        limit,
        direction,
        Optional.of(new Measure.Peer(peer.name(), middle(others))),
        reason);
  }

  /** A measure that has no peer. */
  public Measure alone(Standing own, OptionalDouble limit, Direction direction) {
    double[] values = own.sorted(value);
    return new Measure(
        measure,
        middle(values),
        values.length == 0 ? Double.NaN : values[0],
        values.length == 0 ? Double.NaN : values[values.length - 1],
        unit,
        limit,
        direction,
        Optional.empty(),
        own.missing());
  }

  private static double middle(double[] sorted) {
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }
}
