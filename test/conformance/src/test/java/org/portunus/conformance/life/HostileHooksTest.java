// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.portunus.conformance.life.HostileCorpus.Bound;
import org.portunus.tool.instance.Installation;
import org.portunus.tool.instance.PrivateInstance;

/**
 * The hostile documents that only another process is a defence against: at the stated limits, at
 * the raised ones, and with the defence left out. The demo judges them all, by the same table.
 */
class HostileHooksTest {
  private static final String LOOP = "loop.hook";
  private static final String MEMORY = "memory.hook";
  private static final String EXIT = "exit.hook";
  private static final String WRONG = "not as expected: hostile/";
  private static final String LAUNCHD = "daemon/launchd/src/main/java/org/portunus/launchd/";
  private static final String DEMO =
      "examples/inspector/demo/src/main/java/portunus/example/inspector/demo/";
  private static final String DEMO_MODULE = "portunus.example.inspector.demo";

  @TempDir Path folder;

  /** As root, the parts of an instance have users of their own. */
  @BeforeEach
  void open() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void hooksEndAsTheirRowsSay() throws Exception {
    try (PrivateInstance instance = PrivateInstance.start(LifeInstance.installation())) {
      assertThat(wrong(instance, Bound.STANDARD, LOOP, MEMORY, EXIT)).isEmpty();
      assertThat(wrong(instance, Bound.RAISED, MEMORY)).as("heap not raised").hasSize(1);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void raisedLimitsChangeWhatIsMeasured() throws Exception {
    try (PrivateInstance instance = withRaisedHeap()) {
      assertThat(wrong(instance, Bound.RAISED, LOOP, MEMORY)).isEmpty();
      assertThat(wrong(instance, Bound.STANDARD, MEMORY)).as("heap raised").hasSize(1);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aDemoThatAsksOnceTurnsTheRowRed() throws Exception {
    Path classes =
        SeededSystem.classes(
            folder.resolve("build"), DEMO + "Inspection.java", "int TRIES = 3;", "int TRIES = 1;");
    List<String> wrong =
        wrong(
            LifeInstance.installation(),
            List.of("--patch-module", DEMO_MODULE + "=" + classes),
            corpus(Bound.STANDARD, EXIT));
    assertThat(wrong).singleElement().asString().startsWith(EXIT + ": not tries=3 but 1");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aLaunchdThatGivesUpTurnsTheRowRed() throws Exception {
    Path classes =
        SeededSystem.classes(
            folder.resolve("build"),
            LAUNCHD + "job/Job.java",
            "return step(crashedTooOften() ? Cause.CRASHED_TOO_OFTEN : Cause.CRASHED, why);",
            "state = JobState.DISABLED; return List.of(new Effect.Arm());");
    Installation seeded = SeededSystem.with(classes, "launchd", folder.resolve("dist"));
    assertThat(wrong(seeded, List.of(), corpus(Bound.STANDARD, EXIT)))
        .singleElement()
        .asString()
        .startsWith(EXIT + ": ended with error:");
  }

  /** What the demo finds wrong with documents in a running instance. */
  private List<String> wrong(PrivateInstance instance, Bound bound, String... files)
      throws Exception {
    Path corpus = corpus(bound, files);
    return wrong(
        LifeInstance.installation(), List.of(), corpus, "--socket", instance.socket().toString());
  }

  private static List<String> wrong(
      Installation installation, List<String> options, Path corpus, String... more)
      throws Exception {
    String[] arguments =
        Stream.concat(Stream.of("--corpus", corpus.toString()), Stream.of(more))
            .toArray(String[]::new);
    try (DemoProcess demo = DemoProcess.start(installation, options, arguments)) {
      int status = demo.awaitEnd();
      List<String> wrong =
          demo.lines().stream()
              .filter(line -> line.startsWith(WRONG))
              .map(line -> line.substring(WRONG.length()))
              .toList();
      assertThat(status).as("%s", demo.lines()).isEqualTo(wrong.isEmpty() ? 0 : 1);
      return wrong;
    }
  }

  private Path corpus(Bound bound, String... files) throws IOException {
    Path corpus = folder.resolve("corpus-" + bound + files.length);
    return HostileCorpus.make(corpus, bound, List.of(files));
  }

  /** An instance in which bundle and job of the inspector state the second bound. */
  private PrivateInstance withRaisedHeap() throws IOException {
    Installation shipped = LifeInstance.installation();
    Path granted = Files.createDirectory(folder.resolve("granted"));
    Path jobs = granted.resolve("jobs");
    Path bundles = granted.resolve("bundles");
    copy(shipped.jobs(), jobs);
    copy(shipped.bundles(), bundles);
    ProbeFolder.openAll(granted);
    return PrivateInstance.start(shipped, jobs, bundles);
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path copy = to.resolve(from.relativize(file));
      Files.createDirectories(copy.getParent());
      if (file.toString().endsWith(".plist")) {
        Files.writeString(copy, raised(Files.readString(file)));
      } else {
        Files.copy(file, copy);
      }
    }
  }

  private static String raised(String plist) throws IOException {
    String heap = "<key>Heap</key>\\s*<integer>%d</integer>";
    String stated = heap.formatted(HostileCorpus.limit(MEMORY, Bound.STANDARD));
    assertThat(plist).containsPattern(stated);
    return plist.replaceFirst(
        stated, heap.replace("\\s*", "").formatted(HostileCorpus.limit(MEMORY, Bound.RAISED)));
  }
}
