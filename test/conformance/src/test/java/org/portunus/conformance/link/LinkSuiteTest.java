// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.conformance.link.LinkState.Seat;
import org.portunus.conformance.report.SuiteReport;
import org.portunus.conformance.report.SuiteRow;
import org.portunus.kernel.link.TaskWords;

/** Hostile peers as processes: every state with every fault that fits. */
@Timeout(500)
class LinkSuiteTest {
  private static final int COURTS = 4;

  @Test
  void everyCaseEndsAsItMust() throws Exception {
    assertGood(LinkSuite.run(LinkSuite.rows(), 1, LinkSuite.SEEDS, List.of(), COURTS));
  }

  private static void assertGood(SuiteReport report) {
    assertThat(
            report.rows().stream()
                .filter(row -> row.result() != SuiteRow.Result.PASS)
                .map(row -> row.id() + ": " + row.detail()))
        .as("%s", report.remarks())
        .isEmpty();
    assertThat(report.rows()).hasSize(LinkSuite.rows().size());
  }

  @Test
  void everyStateAndEveryFaultHasRows() {
    Set<LinkState> states = EnumSet.noneOf(LinkState.class);
    Set<Fault> faults = EnumSet.noneOf(Fault.class);
    LinkSuite.rows()
        .forEach(row -> {
          states.add(row.state());
          faults.add(row.fault());
        });
    assertThat(states).containsExactly(LinkState.values());
    assertThat(faults).containsExactly(Fault.values());
    assertThat(LinkSuite.SEEDS).isGreaterThanOrEqualTo(50);
  }

  @Test
  void bothEndsAreAttackedWhereBothCanBe() {
    for (LinkState state : LinkState.values()) {
      Set<Seat> seats =
          Arrays.asList(1L, 2L, 3L, 4L).stream().map(state::seat).collect(Collectors.toSet());
      assertThat(seats)
          .isEqualTo(Arrays.stream(Seat.values()).filter(state::has).collect(Collectors.toSet()));
    }
  }

  @Test
  void theListHasEveryRowOnce() {
    List<String> list = LinkSuite.list();
    assertThat(list).hasSameSizeAs(LinkSuite.rows()).doesNotHaveDuplicates();
  }

  @Test
  void aCaseIsTheSameAsText() {
    Case made = new Case(LinkState.FRAGMENT, Fault.LENGTH, 17, new TaskWords.Place(3, 5));
    assertThat(Case.parse(made.text())).isEqualTo(made);
  }
}
