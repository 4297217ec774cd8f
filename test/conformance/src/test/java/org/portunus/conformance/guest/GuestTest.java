// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final int LIMIT = 1080;
  private static final int LACKS = 3;
  private static final int SHOWN = 6000;

  @TestFactory
  @Timeout(1200)
  Stream<DynamicTest> underDebiansKernel() throws IOException, InterruptedException {
    String dist = System.getProperty("portunus.dist", "");
    assumeThat(dist).as("needs the built distribution: run by ./portunus test --slow").isNotEmpty();
    Path folder = Files.createDirectories(Project.root().resolve("target/guest"));
    Path told = folder.resolve("told.log");
    Path errors = folder.resolve("errors.log");
    int status = run(dist, told, errors);
    String said = Files.readString(told);
    String wrong = Files.readString(errors);
    assumeThat(status).as("%s", wrong.strip()).isNotEqualTo(LACKS);
    String console = Files.readString(folder.resolve("console.log"));
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

  private static void check(String name, String said, String errors, String console) {
    Matcher of =
        Pattern.compile("GUEST " + name + " starts.*?(?=GUEST |\\z)", Pattern.DOTALL)
            .matcher(console.replace("\r", ""));
    String lines = of.find() ? of.group() : errors;
    assertThat(said)
        .as("%s", lines.substring(Math.max(0, lines.length() - SHOWN)))
        .contains("GUEST " + name + " passed");
  }
}
