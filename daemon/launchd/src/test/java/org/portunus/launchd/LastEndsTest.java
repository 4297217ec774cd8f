// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LastEndsTest {
  private final AtomicLong now = new AtomicLong(7);
  private final LastEnds ends = new LastEnds(now::get);
  private final List<String> answers = new ArrayList<>();

  private void ask(String label, boolean runs) {
    ends.ask(label, runs, answers::add);
  }

  @Test
  void whoAsksBeforeTheEndIsKnownHearsOfItThen() {
    ask("a", true);
    ask("b", true);
    assertThat(answers).isEmpty();
    ends.ended("a", "ended by signal 11, SIGSEGV");
    assertThat(answers).containsExactly("ended by signal 11, SIGSEGV");
    assertThat(ends.wakeAt()).hasValue(7 + LastEnds.WAIT_NANOS);
  }

  @Test
  void nobodyWaitsForEver() {
    ask("a", true);
    now.addAndGet(LastEnds.WAIT_NANOS - 1);
    ends.timePasses();
    assertThat(answers).isEmpty();
    now.addAndGet(1);
    ends.timePasses();
    assertThat(answers).containsExactly("");
    assertThat(ends.wakeAt()).isEmpty();
  }

  @Test
  void anEndCountsForAWhile() {
    ends.ended("a", "exited with status 3");
    now.addAndGet(LastEnds.FRESH_NANOS);
    ask("a", false);
    ask("b", false);
    now.addAndGet(1);
    ask("a", false);
    assertThat(answers).containsExactly("exited with status 3", "", "");
  }

  @Test
  void onlySoManyWait() {
    for (int i = 0; i <= LastEnds.MOST; i++) {
      ask("a", true);
    }
    assertThat(answers).containsExactly("");
    ends.ended("a", "gone");
    assertThat(answers).hasSize(LastEnds.MOST + 1).endsWith("gone");
  }
}
