// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.portunus.abi.wire.LaunchClass;
import org.portunus.launchd.log.StreamPump;

class SpareTableTest {
  private static final LaunchClass SMALL = new LaunchClass(64, 256, 64, 60, 64, List.of());
  private static final LaunchClass LARGE = new LaunchClass(512, 999, 64, 60, 64, List.of());
  private static final LaunchClass XML = new LaunchClass(64, 256, 64, 60, 64, List.of("java.xml"));

  private long now = 1000;

  private SpareTable table(int most) {
    return new SpareTable(most, () -> now);
  }

  private static StreamPump.Owner owner() {
    return new StreamPump.Owner("spare");
  }

  private void passes(Duration time) {
    now += time.toNanos();
  }

  private static void start(SpareTable table, LaunchClass kind, long task) {
    table.asked(kind, owner());
    table.started(task);
  }

  @Test
  void oneOfEachWantedClassStartsAfterTheOther() {
    SpareTable table = table(2);
    table.want(SMALL);
    table.want(XML);
    assertThat(table.due()).contains(XML);
    table.asked(XML, owner());
    assertThat(table.due()).isEmpty();
    table.started(7);
    assertThat(table.due()).isEmpty();
    assertThat(table.ready(7)).isTrue();
    assertThat(table.due()).contains(SMALL);
    start(table, SMALL, 8);
    assertThat(table.ready(8)).isTrue();
    assertThat(table.due()).isEmpty();
    assertThat(table.wakeAt()).isEmpty();
  }

  @Test
  void theLatestClassesCountWhenNotAllFit() {
    SpareTable table = table(1);
    table.want(SMALL);
    table.want(LARGE);
    assertThat(table.due()).contains(LARGE);
    start(table, LARGE, 1);
    table.ready(1);
    table.want(SMALL);
    assertThat(table.due()).isEmpty();
  }

  @Test
  void noneMeansNone() {
    SpareTable table = table(0);
    table.want(SMALL);
    assertThat(table.due()).isEmpty();
    assertThat(table.wakeAt()).isEmpty();
  }

  @Test
  void oneThatWaitsIsTakenOnceAndOnlyForItsClass() {
    SpareTable table = table(2);
    table.want(SMALL);
    start(table, SMALL, 4);
    assertThat(table.take(SMALL)).isEmpty();
    table.ready(4);
    assertThat(table.take(XML)).isEmpty();
    assertThat(table.take(SMALL).orElseThrow().task()).isEqualTo(4);
    assertThat(table.take(SMALL)).isEmpty();
    assertThat(table.ended(4)).isEmpty();
  }

  @Test
  void aLaunchKeepsTheNextAwayForAWhile() {
    SpareTable table = table(1);
    table.want(SMALL);
    table.launching();
    assertThat(table.due()).isEmpty();
    passes(SpareTable.CALM);
    assertThat(table.due()).contains(SMALL);
  }

  @Test
  void pausesDoubleUntilOneComesToWait() {
    SpareTable table = table(1);
    table.want(SMALL);
    Duration expected = SpareTable.SHORTEST_PAUSE;
    for (int i = 0; i < 10; i++) {
      start(table, SMALL, i);
      assertThat(table.ended(i)).contains(expected);
      assertThat(table.due()).isEmpty();
      passes(expected);
      assertThat(table.due()).contains(SMALL);
      expected = expected.multipliedBy(2);
      expected =
          expected.compareTo(SpareTable.LONGEST_PAUSE) > 0 ? SpareTable.LONGEST_PAUSE : expected;
    }
    start(table, SMALL, 20);
    table.ready(20);
    assertThat(table.ended(20)).contains(SpareTable.SHORTEST_PAUSE);
  }

  @Test
  void aRefusalIsAPauseToo() {
    SpareTable table = table(1);
    table.want(SMALL);
    table.asked(SMALL, owner());
    assertThat(table.refused()).isEqualTo(SpareTable.SHORTEST_PAUSE);
    assertThat(table.failures()).isEqualTo(1);
    assertThat(table.wakeAt()).hasValue(now + SpareTable.SHORTEST_PAUSE.toNanos());
  }
}
