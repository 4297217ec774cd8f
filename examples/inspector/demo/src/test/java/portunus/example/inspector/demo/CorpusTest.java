// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import portunus.example.inspector.Limits;
import portunus.example.inspector.Options;

/** Every shipped document, with the implementation in this process. */
class CorpusTest {
  private static final Path CORPUS = Path.of("..", "corpus");

  /** Their defence is another process: they would end or hang this one. */
  private static final Set<String> HOOKS = Set.of("loop.hook", "memory.hook", "exit.hook");

  private static Collection<Expected> real() throws IOException {
    try (ShippedSet set = ShippedSet.open(CORPUS)) {
      return set.expectations().values();
    }
  }

  private static List<HostileRow> hostile() throws IOException {
    try (ShippedSet set = ShippedSet.open(CORPUS)) {
      return set.rows().values().stream().filter(row -> !HOOKS.contains(row.file())).toList();
    }
  }

  private static List<HostileRow> limited() throws IOException {
    return hostile().stream().filter(row -> row.raised().isPresent()).toList();
  }

  private static Found found(String folder, String file) {
    return new Found(
        CORPUS.resolve(folder).resolve(file),
        folder + "/" + file,
        Found.Kind.REGULAR,
        Found.Time.AT_START);
  }

  private static Result run(Found found, Options options, Judge judge) {
    Inspection inspection = new Inspection(new InProcess(options), Duration.ofSeconds(20), judge);
    return inspection.run(found, (stage, done, total) -> {});
  }

  @Test
  void setIsLargeEnough() throws IOException {
    assertThat(real()).hasSizeGreaterThanOrEqualTo(20);
    assertThat(hostile()).hasSizeGreaterThanOrEqualTo(12);
  }

  @ParameterizedTest
  @MethodSource("real")
  void realDocumentIsAsOtherProgramsSay(Expected expected) throws IOException {
    try (ShippedSet set = ShippedSet.open(CORPUS)) {
      Result result = run(found("real", expected.file()), Options.standard(), set);
      assertThat(result.verdict()).as("%s", result.message()).isEqualTo("ok");
      assertThat(set.mismatches()).isEmpty();
      assertThat(set.good()).isOne();
    }
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void hostileDocumentEndsAsItsRowAllows(HostileRow row) throws IOException {
    try (ShippedSet set = ShippedSet.open(CORPUS)) {
      Result result = run(found("hostile", row.file()), Options.standard(), set);
      assertThat(row.allowed()).as("%s", result.message()).contains(result.verdict());
      assertThat(set.handled()).isOne();
    }
  }

  @ParameterizedTest
  @MethodSource("limited")
  void raisedLimitChangesTheOutcome(HostileRow row) {
    Result result = run(found("hostile", row.file()), raised(row), Judge.NONE);
    assertThat(row.raisedAllowed()).as("%s", result.message()).contains(result.verdict());
  }

  private static Options raised(HostileRow row) {
    Limits limits = Limits.standard();
    long value = row.raised().orElseThrow();
    return Options.standard()
        .withLimits(
            switch (row.defence()) {
              case "limit.expansion" -> limits.withMaxExpandedBytes(value);
              case "limit.entries" -> limits.withMaxEntries((int) value);
              case "limit.depth" -> limits.withMaxDepth((int) value);
              case "limit.pixels" -> limits.withMaxPixels(value);
              default -> throw new IllegalArgumentException("a limit: " + row.defence());
            });
  }

  @Test
  void tableStatesTheDefaultsOfTheOptions() throws IOException {
    Limits limits = Limits.standard();
    for (HostileRow row : limited()) {
      long stated = row.limit().orElseThrow();
      long real =
          switch (row.defence()) {
            case "limit.expansion" -> limits.maxExpandedBytes();
            case "limit.entries" -> limits.maxEntries();
            case "limit.depth" -> limits.maxDepth();
            default -> limits.maxPixels();
          };
      assertThat(stated).as(row.file()).isEqualTo(real);
    }
  }
}
