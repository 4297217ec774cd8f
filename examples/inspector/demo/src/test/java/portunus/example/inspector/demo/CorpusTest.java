// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import portunus.example.inspector.Limits;
import portunus.example.inspector.Options;
import portunus.example.inspector.Report;

/** Every shipped document, with the implementation in this process. */
class CorpusTest {
  private static final Path CORPUS = HostileRun.CORPUS;

  /** Their defence is another process: they would end or hang this one. */
  private static final Set<String> HOOKS = Set.of("loop.hook", "memory.hook", "exit.hook");

  private static Collection<Expected> real() throws IOException {
    try (ShippedSet set = ShippedSet.open(CORPUS)) {
      return set.expectations().values();
    }
  }

  private static List<HostileRow> hostile() throws IOException {
    return HostileRun.table().stream().filter(row -> !HOOKS.contains(row.file())).toList();
  }

  private static List<HostileRow> limited() throws IOException {
    return hostile().stream().filter(row -> row.kind().equals("limit")).toList();
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
      run(found("hostile", row.file()), Options.standard(), set);
      assertThat(set.mismatches()).isEmpty();
      assertThat(set.handled()).isOne();
    }
  }

  @ParameterizedTest
  @MethodSource("limited")
  void raisedLimitChangesTheOutcome(HostileRow row) {
    HostileRow.Bound raised = row.raised().orElseThrow();
    Witness before = new Witness(row, Options.standard());
    assertThat(before.violations(row.standard())).isEmpty();
    assertThat(before.violations(raised)).as("at the default").isNotEmpty();
    Witness after = new Witness(row, raised(row));
    assertThat(after.violations(raised)).isEmpty();
    assertThat(after.violations(row.standard())).as("at the raised limit").isNotEmpty();
  }

  /** One run of a hostile document, for judging it by any bound. */
  private static final class Witness implements Judge {
    private final Result result;
    private Optional<Report> report = Optional.empty();

    Witness(HostileRow row, Options options) {
      result = run(found("hostile", row.file()), options, this);
    }

    List<String> violations(HostileRow.Bound bound) {
      return bound.violations(result, report);
    }

    @Override
    public Duration deadline(Found found, Duration usual) {
      return usual;
    }

    @Override
    public void reported(Found found, Report made) {
      report = Optional.of(made);
    }

    @Override
    public void ended(Result end) {}
  }

  private static Options raised(HostileRow row) {
    Limits limits = Limits.standard();
    long value = row.raised().orElseThrow().limit().orElseThrow();
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
      long stated = row.standard().limit().orElseThrow();
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

  @Test
  void tableStatesTheHeapThatTheJobGrants() throws IOException {
    HostileRow row =
        HostileRun.table().stream()
            .filter(one -> one.defence().equals("limit.memory"))
            .findFirst()
            .orElseThrow();
    Path service = Path.of("..", "service", "src", "main");
    for (String plist : List.of("job/org.portunus.example.inspector.plist", "bundle/Info.plist")) {
      String text = Files.readString(service.resolve(plist));
      assertThat(row.standard().limit()).hasValue(granted(text, "Heap"));
      assertThat(row.raised().orElseThrow().limit().orElseThrow())
          .as("within the outer limit")
          .isLessThan(granted(text, "Memory"));
    }
  }

  private static long granted(String plist, String key) {
    Matcher value =
        Pattern.compile("<key>" + key + "</key>\\s*<integer>(\\d+)</integer>").matcher(plist);
    assertThat(value.find()).isTrue();
    return Long.parseLong(value.group(1)) << 20;
  }
}
