// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The demo over some rows of the table of hostile documents, in a process and a folder of its own,
 * and what then is not as the rows say. The demo judges outcomes and facts; the canaries are looked
 * for here.
 */
final class HostileRun {
  static final Path CORPUS = Path.of("..", "corpus");

  private static final String HEAP = "-Xmx128m";
  private static final String MISMATCH = "not as expected: ";
  private static final int MISMATCHED = 1;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path ground;
  private final List<HostileRow> rows = new ArrayList<>();
  private String output = "";

  /**
   * @param ground an empty folder
   */
  HostileRun(Path ground) {
    this.ground = ground;
  }

  /** The rows of the shipped table. */
  static List<HostileRow> table() throws IOException {
    try (ShippedSet set = ShippedSet.open(CORPUS)) {
      return List.copyOf(set.rows().values());
    }
  }

  /**
   * Runs, and says what is wrong, one clause each.
   *
   * @param files names of the rows
   * @param seeded where classes are that take the place of others
   */
  List<String> violations(List<String> files, Optional<Path> seeded, Duration deadline)
      throws Exception {
    Path corpus = corpus(files);
    Path folder = Files.createDirectories(ground.resolve("root/home/work"));
    Path shown = ground.resolve("output");
    String places = seeded.map(place -> place + ":").orElse("") + classPath();
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                places,
                InProcessDemo.class.getName(),
                corpus.toString(),
                deadline.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(shown.toFile())
            .start();
    demo.getOutputStream().close();
    boolean ended = demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    demo.destroyForcibly().waitFor();
    output = Files.readString(shown);
    return judge(ended ? demo.exitValue() : -1);
  }

  /** Everything that these tests run with, as a class path. */
  static String classPath() {
    List<String> places = new ArrayList<>();
    places.add(Path.of("target", "test-classes").toAbsolutePath().toString());
    places.add(Path.of("target", "classes").toAbsolutePath().toString());
    places.add(System.getProperty("java.class.path"));
    String modules = System.getProperty("jdk.module.path");
    if (modules != null) {
      places.add(modules);
    }
    return String.join(File.pathSeparator, places);
  }

  private Path corpus(List<String> files) throws IOException {
    Path corpus = Files.createDirectory(ground.resolve("corpus"));
    Path hostile = Files.createDirectory(corpus.resolve("hostile"));
    Files.createDirectory(corpus.resolve("real"));
    Files.writeString(corpus.resolve("expected.json"), "[]");
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(CORPUS.resolve("hostile.tsv"))) {
      String file = line.substring(0, Math.max(0, line.indexOf('\t')));
      if (files.contains(file)) {
        lines.add(line);
        rows.add(HostileRow.parse(line));
        Files.copy(CORPUS.resolve("hostile").resolve(file), hostile.resolve(file));
      }
    }
    Files.write(corpus.resolve("hostile.tsv"), lines);
    return corpus.toAbsolutePath();
  }

  private List<String> judge(int status) throws IOException {
    List<String> violations = new ArrayList<>();
    output
        .lines()
        .filter(line -> line.startsWith(MISMATCH))
        .forEach(line -> violations.add(line.substring(MISMATCH.length())));
    if (status != (violations.isEmpty() ? 0 : MISMATCHED)) {
      violations.add("the demo ended with status " + status + ": " + output);
    }
    for (HostileRow row : rows) {
      for (String canary : row.canaries()) {
        if (isSeen(canary)) {
          violations.add(row.file() + ": seen: " + canary);
        }
      }
    }
    return violations;
  }

  private boolean isSeen(String canary) throws IOException {
    if (canary.equals("control characters")) {
      return output.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n');
    }
    String what = canary.substring(canary.indexOf(':') + 1);
    return switch (canary.substring(0, canary.length() - what.length())) {
      case "output:" -> output.contains(what);
      case "file:" -> exists(what);
      default -> throw new IllegalArgumentException("no canary: " + canary);
    };
  }

  /** What the demo printed. */
  @Override
  public String toString() {
    return output;
  }

  /** Whether a file of this name was made, wherever a run may write. */
  private boolean exists(String name) throws IOException {
    try (Stream<Path> all = Files.walk(ground.resolve("root"))) {
      return all.anyMatch(path -> path.getFileName().toString().equals(name));
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
  }
}
