// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.portunus.conformance.Project;
import org.portunus.conformance.link.LinkFuzz;

/** Short runs of the fuzzer; {@code ./portunus fuzz link --seconds N} has the long ones. */
@Timeout(180)
class FuzzTest {
  private static final int SECONDS = 6;

  @ParameterizedTest
  @EnumSource
  void aShortRunFindsNothing(FuzzTarget target) throws Exception {
    Fuzz.Report report = Fuzz.run(target, Project.root(), SECONDS);
    assertThat(report.findings()).isEmpty();
    assertThat(report.status()).isZero();
    assertThat(report.inputs()).as("inputs that were run").isPositive();
    assertThat(report.edges()).as("branches that were reached").isPositive();
  }

  @Test
  void everyFileOfTheCorpusEndsTyped() throws Exception {
    List<Path> corpus;
    try (Stream<Path> files =
        Files.list(Project.root().resolve("test/conformance/src/fuzz/link"))) {
      corpus = files.sorted().toList();
    }
    assertThat(corpus).hasSizeGreaterThan(8);
    for (Path input : corpus) {
      LinkFuzz.fuzzerTestOneInput(Files.readAllBytes(input));
    }
  }
}
