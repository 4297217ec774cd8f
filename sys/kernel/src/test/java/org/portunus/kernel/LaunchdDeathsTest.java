// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.portunus.kernel.LaunchdDeaths.Next;

/** When the next launchd starts, and when there is none. */
class LaunchdDeathsTest {
  private long now = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();
  private final LaunchdDeaths deaths = new LaunchdDeaths(() -> now);

  private void works() {
    deaths.answers();
    deaths.tookOver();
  }

  private void assertNever(Next next, String why) {
    assertThat(next)
        .isInstanceOfSatisfying(Next.Never.class, end -> assertThat(end.why()).contains(why));
  }

  @Test
  void theFirstOneTakesNothingOver() {
    assertThat(deaths.answers()).isTrue();
    assertThat(deaths.tookOver()).isFalse();
    assertThat(deaths.died()).isEqualTo(new Next.After(Duration.ZERO));
    assertThat(deaths.answers()).isFalse();
    assertThat(deaths.tookOver()).isTrue();
  }

  @Test
  void oneThatNeverAnsweredEndsTheInstance() {
    assertNever(deaths.died(), "before the instance was ready");
  }

  @Test
  void eachWaitsTwiceAsLongAndTheFifthWithinTheWindowIsTheLast() {
    for (int i = 1; i < LaunchdDeaths.MOST; i++) {
      works();
      Duration pause =
          i == 1 ? Duration.ZERO : LaunchdDeaths.PAUSE.multipliedBy((long) Math.pow(2, i - 2));
      assertThat(deaths.died()).as("death %d", i).isEqualTo(new Next.After(pause));
    }
    works();
    assertNever(deaths.died(), "the last of 5 within 10 s");
  }

  @Test
  void slowerOnesGoOn() {
    for (int i = 0; i < 4 * LaunchdDeaths.MOST; i++) {
      works();
      assertThat(deaths.died()).as("death %d", i).isInstanceOf(Next.After.class);
      now += LaunchdDeaths.WINDOW.toNanos() / 3;
    }
  }

  @Test
  void thePauseIsForgotten() {
    for (int i = 0; i < 3; i++) {
      works();
      assertThat(deaths.died()).isInstanceOf(Next.After.class);
    }
    now += LaunchdDeaths.WINDOW.toNanos() + 1;
    works();
    assertThat(deaths.died()).isEqualTo(new Next.After(Duration.ZERO));
  }

  @Test
  void twoInARowThatTookNothingOverAreTooManyHoweverSlow() {
    works();
    assertThat(deaths.died()).isInstanceOf(Next.After.class);
    now += Duration.ofMinutes(1).toNanos();
    assertThat(deaths.answers()).isFalse();
    assertThat(deaths.died()).isInstanceOf(Next.After.class);
    now += Duration.ofMinutes(1).toNanos();
    assertNever(deaths.died(), "2 in a row");
  }
}
