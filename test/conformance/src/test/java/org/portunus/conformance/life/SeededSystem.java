// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.portunus.conformance.Project;
import org.portunus.tool.instance.Installation;

/** Parts of the system built again with a bug in place of a check. */
final class SeededSystem {
  private SeededSystem() {}

  /**
   * Compiles one source file with one text replaced.
   *
   * @param folder does not exist yet
   * @param source from the project's root
   * @return where the classes are
   */
  static Path classes(Path folder, String source, String check, String bug) throws IOException {
    Path original = Project.root().resolve(source);
    String text = Files.readString(original);
    assertThat(text).as("the source has the check once").containsOnlyOnce(check);
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path changed = folder.resolve(original.getFileName());
    Files.writeString(changed, text.replace(check, bug));
    StringWriter said = new StringWriter();
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                new PrintWriter(said),
                new PrintWriter(said),
                "-proc:none",
                "-nowarn",
                "-cp",
                jars(LifeInstance.installation().dist()),
                "-d",
                classes.toString(),
                changed.toString());
    assertThat(status).as("%s", said).isZero();
    return classes;
  }

  private static String jars(Path dist) throws IOException {
    try (Stream<Path> all = Files.walk(dist)) {
      return all.map(Path::toString)
          .filter(name -> name.endsWith(".jar"))
          .collect(Collectors.joining(":"));
    }
  }

  /** A copy of the system in which these classes take the place of those in one jar. */
  static Installation with(Path classes, String jar, Path folder) throws IOException {
    return with(Map.of(jar, classes), folder);
  }

  /** The same for several jars. There are no AOT caches: they would be made anew. */
  static Installation with(Map<String, Path> classesOfJars, Path folder) throws IOException {
    Installation whole = LifeInstance.installation();
    for (Path file : below(whole.dist())) {
      Path relative = whole.dist().relativize(file);
      if (relative.startsWith("system/aot")) {
        continue;
      }
      Path copy = folder.resolve(relative);
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
      String name = copy.getFileName().toString();
      for (Map.Entry<String, Path> entry : classesOfJars.entrySet()) {
        if (name.startsWith(entry.getKey() + "-") && name.endsWith(".jar")) {
          replace(copy, entry.getValue());
        }
      }
    }
    ProbeFolder.openAll(folder);
    return new Installation(whole.jdk(), folder);
  }

  private static void replace(Path jar, Path classes) throws IOException {
    try (FileSystem archive = FileSystems.newFileSystem(jar)) {
      for (Path file : below(classes)) {
        Path entry = archive.getPath("/" + classes.relativize(file));
        assertThat(entry).as("in %s", jar).exists();
        Files.copy(file, entry, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static List<Path> below(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
