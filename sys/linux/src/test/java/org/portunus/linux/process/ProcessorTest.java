// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The processors that a thread runs on. */
class ProcessorTest {
  private static String allowed() throws Exception {
    return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
        .filter(line -> line.startsWith("Cpus_allowed_list:"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void leavesAProcessorAndMayComeBack() throws Exception {
    assumeThat(Runtime.getRuntime().availableProcessors())
        .as("processors of this machine")
        .isGreaterThan(1);
    String before = allowed();
    for (int i = 0; i < 10; i++) {
      int here = Processor.current();
      assertThat(Processor.leave(here)).isTrue();
      assertThat(allowed()).isEqualTo(before);
    }
  }

  @Test
  void leavesNothingThatItIsNotOn() {
    assertThat(Processor.leave(-1)).isFalse();
    assertThat(Processor.leave(1 << 20)).isFalse();
  }

  @Test
  void goesElsewhere() {
    assumeThat(Runtime.getRuntime().availableProcessors())
        .as("processors of this machine")
        .isGreaterThan(1);
    int moved = 0;
    for (int i = 0; i < 100; i++) {
      int here = Processor.current();
      assertThat(Processor.leave(here)).isTrue();
      moved += Processor.current() == here ? 0 : 1;
    }
    // Linux may move it again at once, but hardly each time.
    assertThat(moved).isPositive();
  }
}
