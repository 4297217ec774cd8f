// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogLimitTest {
  private static final LogEvent EVENT = LogEvent.of("task.refused");

  private long now = Long.MAX_VALUE - 5;
  private final LogLimit limit = new LogLimit(3, Duration.ofNanos(10), 2, () -> now);

  @Test
  void theFirstOfASpanAreWrittenAndTheNextTellsWhatWasLeftOut() {
    for (int i = 0; i < 3; i++) {
      assertThat(limit.admit("a", EVENT)).contains(EVENT);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(limit.admit("a", EVENT)).isEmpty();
    }
    assertThat(limit.admit("b", EVENT)).contains(EVENT);
    now += 9;
    assertThat(limit.admit("a", EVENT)).isEmpty();
    now++;
    assertThat(limit.admit("a", EVENT)).contains(EVENT.with(LogLimit.SUPPRESSED, 101));
    assertThat(limit.admit("a", EVENT)).contains(EVENT);
  }

  @Test
  void manySubjectsNeitherFillItNorHideWhatWasLeftOut() {
    for (int i = 0; i < 5; i++) {
      assertThat(limit.admit("a", EVENT).isPresent()).isEqualTo(i < 3);
    }
    assertThat(limit.admit("b", EVENT)).contains(EVENT);
    assertThat(limit.admit("c", EVENT)).contains(EVENT.with(LogLimit.SUPPRESSED, 2));
  }
}
