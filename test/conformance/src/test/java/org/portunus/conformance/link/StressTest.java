// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.conformance.Project;

/**
 * jcstress on the parts of links that several threads use at once. It runs in processes of its own,
 * on the class path, from the sources in src/stress. The forbidden outcomes stand there.
 */
class StressTest {
  private static final int TESTS = 7;
  private static final String FENCE = "    VarHandle.fullFence();\n    int reading";
  private static final Path ROOT = Project.root();

  @TempDir private Path folder;

  @Test
  @Timeout(240)
  void noForbiddenOutcomeInAShortRun() throws Exception {
    assertGood(run(List.of(), "-m", "sanity"));
  }

  @Test
  @Tag("slow")
  @Timeout(900)
  void noForbiddenOutcomeInALongRun() throws Exception {
    assertGood(run(List.of(), "-m", "quick"));
  }

  /** The poster looks at the reader's word before its record is seen: a lost wake-up. */
  @Test
  @Tag("slow")
  @Timeout(480)
  void aMissingFenceIsFound() throws Exception {
    Path original = ROOT.resolve("lib/system/src/main/java/org/portunus/system/link/LinkEnd.java");
    String text = Files.readString(original);
    assertThat(text).containsOnlyOnce(FENCE);
    Path changed = folder.resolve("LinkEnd.java");
    Files.writeString(changed, text.replace(FENCE, "    int reading"));
    Path classes = Files.createDirectory(folder.resolve("seeded"));
    compile(classes, built(), List.of(changed), "-proc:none");
    String said =
        run(List.of(classes), "-t", "TurnAwayStress", "-f", "1", "-iters", "3", "-time", "300");
    assertThat(said).doesNotContain("Failed tests: No matches").contains("a lost wake-up");
  }

  private static void assertGood(String said) {
    assertThat(said)
        .contains("Failed tests: No matches", "Error tests: No matches")
        .contains("All remaining tests: " + TESTS + " matching test results");
  }

  private static List<Path> built() {
    return Stream.of("sys/abi", "sys/linux", "sys/kernel", "lib/system")
        .map(module -> ROOT.resolve(module).resolve("target/classes"))
        .toList();
  }

  private String run(List<Path> before, String... options) throws Exception {
    List<Path> path = new ArrayList<>(before);
    path.addAll(built());
    try (Stream<Path> jars = Files.list(ROOT.resolve("test/conformance/target/stress/jars"))) {
      path.addAll(jars.sorted().toList());
    }
    Path classes = Files.createDirectory(folder.resolve("stress"));
    List<Path> sources;
    try (Stream<Path> all = Files.walk(ROOT.resolve("test/conformance/src/stress/java"))) {
      sources = all.filter(file -> file.toString().endsWith(".java")).toList();
    }
    compile(classes, path, sources, "-proc:full");
    path.addFirst(classes);
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-cp", join(path), "org.openjdk.jcstress.Main"));
    command.addAll(List.of("-jvmArgsPrepend", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-r", folder.resolve("report").toString()));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    try (var out = process.inputReader()) {
      StringBuilder said = new StringBuilder();
      out.lines().forEach(line -> said.append(line).append('\n'));
      return said.toString();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String join(List<Path> path) {
    return String.join(File.pathSeparator, path.stream().map(Path::toString).toList());
  }

  private static void compile(Path to, List<Path> path, List<Path> sources, String processing)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("-nowarn", processing, "-cp", join(path), "-d", to.toString()));
    sources.forEach(source -> arguments.add(source.toString()));
    StringWriter said = new StringWriter();
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(new PrintWriter(said), new PrintWriter(said), arguments.toArray(String[]::new));
    assertThat(status).as("%s", said).isZero();
  }
}
