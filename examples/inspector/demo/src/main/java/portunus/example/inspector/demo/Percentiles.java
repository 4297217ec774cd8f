// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.util.Arrays;

/** Median and 99th percentile of measured times, by nearest rank; 0 where nothing was measured. */
public record Percentiles(double p50Nanos, double p99Nanos) {
  static Percentiles ofNanos(long[] times) {
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    return new Percentiles(rank(sorted, 50), rank(sorted, 99));
  }

  private static double rank(long[] sorted, int percent) {
    if (sorted.length == 0) {
      return 0;
    }
    int index = (int) Math.ceil(percent / 100.0 * sorted.length) - 1;
    return sorted[Math.max(0, index)];
  }
}
