// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.conformance.Project;

/**
 * A clean build of the same sources in another folder, at another time: what it makes is the same
 * to the byte as what this build made.
 */
@Tag("slow")
class CleanBuildTest {
  private static final long SECONDS = 900;
  private static final Set<String> NOT_SOURCES = Set.of("target", ".git");

  /** What is made on the machine that uses it, or is about the build itself. */
  private static final Set<String> OWN = Set.of("aot", "bench", ".sources");

  @TempDir private Path folder;

  @Test
  @Timeout(2 * SECONDS)
  void aCleanBuildElsewhereGivesTheSameBytes() throws Exception {
    Path dist = Path.of(System.getProperty("portunus.dist", ""));
    assumeThat(dist.resolve(".sources"))
        .as("needs the built distribution: run by ./portunus test --slow")
        .isRegularFile();
    assumeThat(Path.of("/usr/bin/dpkg-deb")).as("makes Debian packages").exists();
    Path root = Project.root().toRealPath();
    Path elsewhere = folder.resolve("another/place/than/the/first");
    copy(root, elsewhere);
    run(elsewhere, "build");
    Path again = elsewhere.resolve("target/dist");
    assertThat(again.resolve(".sources")).hasSameTextualContentAs(dist.resolve(".sources"));
    assertSame(dist, again);
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    run(root, "package", "--out", first.toString());
    run(elsewhere, "package", "--out", second.toString());
    assertThat(files(first)).hasSize(2);
    assertSame(first, second);
  }

  private static void assertSame(Path first, Path second) throws IOException {
    SortedMap<String, Path> ours = files(first);
    SortedMap<String, Path> theirs = files(second);
    assertThat(theirs.keySet()).isEqualTo(ours.keySet());
    List<String> differ = new ArrayList<>();
    for (Map.Entry<String, Path> file : ours.entrySet()) {
      if (Files.mismatch(file.getValue(), second.resolve(file.getKey())) != -1) {
        differ.add(file.getKey());
      }
    }
    assertThat(differ).as("files of two builds that differ").isEmpty();
  }

  private static SortedMap<String, Path> files(Path folder) throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path name = folder.relativize(file);
        if (StreamSupport.stream(name.spliterator(), false)
            .noneMatch(part -> OWN.contains(part.toString()))) {
          files.put(name.toString(), file);
        }
      }
    }
    return files;
  }

  private static boolean isNoSource(Path path) {
    return NOT_SOURCES.contains(String.valueOf(path.getFileName()));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes)
              throws IOException {
            if (!at.equals(from) && isNoSource(at)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(at)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path at, BasicFileAttributes attributes)
              throws IOException {
            if (!isNoSource(at)) {
              Files.copy(at, to.resolve(from.relativize(at)), StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void run(Path tree, String... arguments) throws IOException, InterruptedException {
    Path said = folder.resolve("said");
    List<String> command =
        Stream.concat(Stream.of(tree.resolve("portunus").toString()), Stream.of(arguments))
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    process.destroy();
    String text = Files.readString(said);
    assertThat(ended).as("%s%n%s", command, text).isTrue();
    assertThat(process.exitValue()).as("%s%n%s", command, text).isZero();
  }
}
