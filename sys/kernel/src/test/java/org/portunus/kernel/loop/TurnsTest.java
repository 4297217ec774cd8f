// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TurnsTest {
  @Test
  void nothingYet() {
    Turns turns = new Turns();
    assertThat(turns.count()).isZero();
    assertThat(turns.takeRecent()).isZero();
    assertThat(turns.percentile(0.999)).isZero();
  }

  @Test
  void percentilesAreAtMostAnEighthTooHigh() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    long[] all = new long[10_000];
    Turns turns = new Turns();
    for (int i = 0; i < all.length; i++) {
      all[i] = random.nextLong() >>> (2 + random.nextInt(Long.SIZE - 2));
      turns.add(all[i]);
    }
    Arrays.sort(all);
    for (double share : new double[] {0.5, 0.9, 0.999, 1}) {
      long exact = all[(int) Math.ceil(all.length * share) - 1];
      assertThat(turns.percentile(share))
          .as("share %s, seed %d", share, seed)
          .isBetween(exact, exact + exact / 8);
    }
    assertThat(turns.longest()).isEqualTo(all[all.length - 1]);
    assertThat(turns.count()).isEqualTo(all.length);
  }

  @Test
  void theLongestSinceTheLastLook() {
    Turns turns = new Turns();
    turns.add(70);
    turns.add(50);
    assertThat(turns.takeRecent()).isEqualTo(70);
    turns.add(60);
    turns.add(20);
    assertThat(turns.takeRecent()).isEqualTo(60);
    assertThat(turns.takeRecent()).isZero();
    assertThat(turns.longest()).isEqualTo(70);
  }
}
