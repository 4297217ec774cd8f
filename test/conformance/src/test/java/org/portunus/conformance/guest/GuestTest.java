// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.portunus.conformance.Project;

/**
 * Debian's own 6.1 kernel with control groups of version 2, emulated: one boot, a test for each
 * scenario. Console and standard error lie in {@code target/guest} of the project.
 */
@Tag("slow")
final class GuestTest {
  private static final List<String> SCENARIOS =
      List.of(
          "blocked-ordinary",
          "doctor-root",
          "doctor-ordinary",
          "groups-root",
          "groups-ordinary",
          "demo-root",
          "demo-ordinary",
          "mach-root",
          "sandbox-ordinary");
  private static final int LIMIT = 1600;
  private static final int LACKS = 3;
  private static final int SHOWN = 6000;

  @TestFactory
  @Timeout(1800)
  Stream<DynamicTest> underDebiansKernel() throws IOException, InterruptedException {
    String dist = System.getProperty("portunus.dist", "");
    assumeTrue(!dist.isEmpty(), "needs the built distribution: run by ./portunus test --slow");
    Path folder = Files.createDirectories(Project.root().resolve("target/guest"));
    Path told = folder.resolve("told.log");
    Path errors = folder.resolve("errors.log");
    int status = run(dist, told, errors);
    String said = text(told);
    String wrong = text(errors);
    assumeTrue(status != LACKS, wrong.strip());
    String console = text(folder.resolve("console.log"));
    System.out.print(said);
    return SCENARIOS.stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> check(name, said, wrong, console)));
  }

  private static int run(String dist, Path told, Path errors)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Project.root().resolve("test/guest/run").toString());
    command.add(System.getProperty("java.home"));
    command.add(dist);
    command.addAll(SCENARIOS);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(told.toFile()).redirectError(errors.toFile());
    builder.environment().put("LIMIT", Integer.toString(LIMIT));
    Process process = builder.start();
    try {
      return process.waitFor(LIMIT + 90, TimeUnit.SECONDS) ? process.exitValue() : 1;
    } finally {
      process.destroy(); // the script ends QEMU
    }
  }

  /** Whatever bytes a console has. */
  private static String text(Path file) throws IOException {
    return Files.exists(file) ? new String(Files.readAllBytes(file), UTF_8) : "";
  }

  private static void check(String name, String said, String errors, String console) {
    String mark = name + "| ";
    String lines = console.lines().filter(mine -> mine.startsWith(mark)).collect(joining("\n"));
    if (lines.isEmpty()) {
      lines = errors;
    }
    assertThat(said)
        .as("%s", lines.substring(Math.max(0, lines.length() - SHOWN)))
        .contains("GUEST " + name + " passed");
  }
}
