// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every row whose defence is a check: all are as they say, and each is not when the service or the
 * demo is built without the check. The same code judges both.
 */
class SeededBuildTest {
  /** Shown with a service in its sandbox, by the conformance suites. */
  private static final Set<String> ELSEWHERE = Set.of("exit.hook");

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(2);

  @TempDir private Path folder;

  private static List<Seed> seeds() {
    return Seeds.ALL;
  }

  private static List<String> checked() throws Exception {
    return HostileRun.table().stream()
        .filter(row -> row.kind().equals("check"))
        .map(HostileRow::file)
        .filter(file -> !ELSEWHERE.contains(file))
        .toList();
  }

  @Test
  void everyRowIsAsItSays() throws Exception {
    assertThat(new HostileRun(folder).violations(checked(), Optional.empty(), LONG)).isEmpty();
  }

  @Test
  void everyRowHasItsSeed() throws Exception {
    assertThat(Seeds.ALL.stream().map(Seed::document).distinct())
        .containsExactlyInAnyOrderElementsOf(checked());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("seeds")
  void rowTurnsRed(Seed seed) throws Exception {
    Path classes = SeededBuild.compile(seed, Files.createDirectory(folder.resolve("build")));
    Path ground = Files.createDirectory(folder.resolve("ground"));
    Duration deadline = seed.found().contains("limit.time") ? SHORT : LONG;
    HostileRun run = new HostileRun(ground);
    assertThat(run.violations(List.of(seed.document()), Optional.of(classes), deadline))
        .as("what is wrong in %s", run)
        .anyMatch(violation -> violation.contains(seed.found()));
  }
}
