// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When there is no next launchd. */
class LaunchdDeathsTest {
  private long now;
  private final LaunchdDeaths deaths = new LaunchdDeaths(() -> now);

  @Test
  void oneThatWasNeverReadyEndsTheInstance() {
    assertThat(deaths.died()).isPresent();
  }

  @Test
  void theFifthWithinTheWindowIsTheLast() {
    assertThat(deaths.ready()).isTrue();
    for (int i = 1; i < LaunchdDeaths.MOST; i++) {
      assertThat(deaths.died()).isEmpty();
      assertThat(deaths.ready()).isFalse();
    }
    assertThat(deaths.died()).isPresent();
  }

  @Test
  void slowerOnesGoOn() {
    assertThat(deaths.ready()).isTrue();
    for (int i = 0; i < 3 * LaunchdDeaths.MOST; i++) {
      assertThat(deaths.died()).as("death %d", i).isEmpty();
      assertThat(deaths.ready()).isFalse();
      now += LaunchdDeaths.WINDOW.toNanos() / 3;
    }
  }

  @Test
  void twoInARowThatDidNotGetReadyAreTooMany() {
    assertThat(deaths.ready()).isTrue();
    assertThat(deaths.died()).isEmpty();
    assertThat(deaths.died()).isEmpty();
    assertThat(deaths.died()).isPresent();
  }
}
