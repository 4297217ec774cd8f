// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Spin on the model of a port's life, {@code src/test/promela/port.pml}, as it is and with faults.
 */
class PortModelTest {
  private static final Path MODEL = Path.of("src/test/promela/port.pml").toAbsolutePath();
  private static final int PATIENCE_SECONDS = 60;
  private static final Pattern ERRORS = Pattern.compile("errors: (\\d+)");
  private static final Pattern STATES = Pattern.compile("(\\d+) states, stored");

  @TempDir Path folder;

  @BeforeEach
  void hasTools() {
    for (String tool : List.of("spin", "gcc")) {
      boolean found =
          Stream.of("/usr/bin", "/usr/local/bin")
              .anyMatch(where -> Files.isExecutable(Path.of(where, tool)));
      assumeTrue(found, tool + " is not installed: the model of a port's life is not checked");
    }
  }

  @Test
  void everyOrderOfFiveStepsATaskKeepsTheInvariants() throws Exception {
    String said = check(5, 0);
    assertThat(number(ERRORS, said)).as(said).isZero();
    assertThat(number(STATES, said)).as(said).isGreaterThan(100_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void everySeededFaultIsFound(int fault) throws Exception {
    String said = check(4, fault);
    assertThat(number(ERRORS, said)).as(said).isOne();
    assertThat(said).contains("assertion violated");
  }

  private String check(int steps, int fault) throws Exception {
    run("spin", "-a", "-DOPS=" + steps, "-DFAULT=" + fault, MODEL.toString());
    run("gcc", "-O1", "-w", "-DSAFETY", "-DMEMLIM=512", "-o", "pan", "pan.c");
    return run("./pan", "-m100000", "-w20");
  }

  private String run(String... command) throws Exception {
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(said, StandardCharsets.UTF_8);
    assertThat(ended && process.waitFor() == 0).as("%s: %s", command[0], text).isTrue();
    return text;
  }

  private static int number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return Integer.parseInt(matcher.group(1));
  }
}
