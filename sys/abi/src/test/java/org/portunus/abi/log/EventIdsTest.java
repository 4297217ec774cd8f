// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.abi.id.EventId;

class EventIdsTest {
  private long now = 5_000_000;

  private EventIds ids(EventIds.Writer writer) {
    return new EventIds(7, writer, () -> now);
  }

  @Test
  void anIdIsTheTimeAndTheWriter() {
    assertThat(ids(EventIds.Writer.KERNEL).next()).isEqualTo(new EventId(7, 20_000));
    assertThat(ids(EventIds.Writer.LAUNCHD).next()).isEqualTo(new EventId(7, 20_001));
    assertThat(ids(EventIds.Writer.BROKER).next()).isEqualTo(new EventId(7, 20_002));
  }

  @Test
  void idsRiseThoughTheClockStands() {
    EventIds ids = ids(EventIds.Writer.LAUNCHD);
    assertThat(List.of(ids.next(), ids.next(), ids.next()))
        .extracting(EventId::counter)
        .containsExactly(20_001L, 20_005L, 20_009L);
    now = 0;
    assertThat(ids.next().counter()).isEqualTo(20_013);
  }

  @Test
  void aSuccessorRepeatsNoneOfThem() {
    EventId before = ids(EventIds.Writer.LAUNCHD).next();
    now += 1000;
    assertThat(ids(EventIds.Writer.LAUNCHD).next().counter()).isGreaterThan(before.counter());
  }

  @Test
  void idAndCauseComeFirstAndAreReadBack() {
    EventId id = new EventId(7, 9);
    EventId cause = new EventId(7, 5);
    LogEvent event =
        LogEvent.of("task.kill")
            .with("why", "x id=event-7-1 cause=event-7-2")
            .because(List.of(cause, id))
            .with(id);
    assertThat(event.text())
        .isEqualTo(
            "task.kill id=event-7-9 cause=event-7-5,event-7-9"
                + " why=\"x id=event-7-1 cause=event-7-2\"");
    LogEvent read = LogEvent.parse(event.text()).orElseThrow();
    assertThat(read.id()).contains(id);
    assertThat(read.causes()).containsExactly(cause, id);
    assertThat(LogEvent.of("a").because(Optional.empty())).isEqualTo(LogEvent.of("a"));
    assertThat(LogEvent.of("a").with("cause", "first demand").causes()).isEmpty();
    assertThat(LogEvent.of("a").with("id", "event-1-1,event-1-2").id()).isEmpty();
  }
}
