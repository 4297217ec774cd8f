// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The kernel's list of processors. */
class ProcessorsTest {
  @Test
  void rangesAndSingleOnesAreRead() {
    assertThat(Processors.parse("0-2,5").numbers()).containsExactly(0, 1, 2, 5);
    assertThat(Processors.parse("3").areSeveral()).isFalse();
    assertThat(Processors.parse("1,3").other()).isEqualTo(3);
  }

  @Test
  void percentilesOfOneAreThatOne() {
    assertThat(Latency.percentiles(new long[] {7})).containsOnly(7);
    assertThat(Latency.percentiles(new long[] {5, 1, 4, 2, 3})).containsExactly(3, 5, 5, 5, 5);
  }
}
