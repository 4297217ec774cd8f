// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How one contender did.
 *
 * @param figures of each round
 * @param missing why there are none
 */
public record Standing(String name, List<long[]> figures, Optional<String> missing) {
  public Standing {
    figures = List.copyOf(figures);
  }

  /** One value of each round, ascending. */
  public double[] sorted(ToDoubleFunction<long[]> value) {
    return figures.stream().mapToDouble(value).sorted().toArray();
  }

  /** The value in the middle of those of the rounds. */
  public double median(ToDoubleFunction<long[]> value) {
    double[] sorted = sorted(value);
    return sorted[sorted.length / 2];
  }

  @Override
  public String toString() {
    return name
        + missing.map(reason -> ": " + reason).orElse("")
        + figures.stream().map(Arrays::toString).toList();
  }
}
