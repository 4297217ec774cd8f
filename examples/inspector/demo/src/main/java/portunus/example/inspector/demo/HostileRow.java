// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import portunus.example.inspector.Report;

/**
 * A row of {@code hostile.tsv}: what one hostile document may lead to.
 *
 * @param standard at the defaults
 * @param raised at the second bound of its limit; empty for a check
 * @param canaries what must not be there after a run, as {@code corpus/README.md} lists it
 */
record HostileRow(
    String file,
    String kind,
    String defence,
    Bound standard,
    Optional<Bound> raised,
    List<String> canaries) {

  /**
   * What is allowed at one value of the limit. It is the one judgement of all runs: of the demo, of
   * tests at either bound, and of builds without a check.
   *
   * @param limit in its unit; empty for a check
   * @param allowed verdicts as in {@link Result#verdict}
   */
  record Bound(OptionalLong limit, List<String> allowed, List<HostileFact> facts) {

    /** What is wrong, one clause each; empty if it ended as allowed. */
    List<String> violations(Result result, Optional<Report> report) {
      List<String> violations = new ArrayList<>();
      if (!allowed.contains(result.verdict())) {
        violations.add("ended with " + result.verdict() + ", not " + allowed);
      }
      for (HostileFact fact : facts) {
        fact.violation(result, report).ifPresent(violations::add);
      }
      if (report.stream().flatMap(Bound::texts).anyMatch(Bound::hasControls)) {
        violations.add("the report has control characters");
      }
      return violations;
    }

    private static Stream<String> texts(Report report) {
      return Stream.concat(
          Stream.of(report.type(), report.excerpt()),
          Stream.concat(report.title().stream(), report.author().stream()));
    }

    private static boolean hasControls(String text) {
      return text.chars().anyMatch(Character::isISOControl);
    }
  }

  private static final int COLUMNS = 12;

  static HostileRow parse(String line) {
    String[] columns = line.split("\t", -1);
    if (columns.length != COLUMNS) {
      throw new IllegalArgumentException("a row of " + columns.length + " columns: " + columns[0]);
    }
    return new HostileRow(
        columns[0],
        columns[2],
        columns[3],
        bound(columns[4], columns[5], columns[6]),
        columns[7].isEmpty()
            ? Optional.empty()
            : Optional.of(bound(columns[7], columns[8], columns[9])),
        list(columns[10]));
  }

  private static Bound bound(String limit, String allowed, String facts) {
    return new Bound(HostileFact.quantity(limit), list(allowed), HostileFact.parse(facts));
  }

  private static List<String> list(String column) {
    return column.isEmpty() ? List.of() : List.of(column.split(","));
  }
}
