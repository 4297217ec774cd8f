// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/**
 * The kernel with one line of its source changed, for a process of its own.
 *
 * @param folder for what it says
 * @param classes the changed ones
 */
public record SeededBuild(Path folder, Path classes) {
  private static final Path SOURCES = Path.of("src/main/java/org/portunus/kernel");
  private static final int PATIENCE_SECONDS = 120;

  /** The kernel as it is. */
  public static SeededBuild unchanged(Path folder) throws IOException {
    return new SeededBuild(folder, Files.createDirectories(folder.resolve("classes")));
  }

  /** The kernel with {@code instead} for the one {@code check} in the source. */
  public static SeededBuild of(Path folder, String source, String check, String instead)
      throws IOException {
    Path original = SOURCES.resolve(source);
    String text = Files.readString(original);
    assertThat(text).as("the source has the check once").containsOnlyOnce(check);
    Path changed = folder.resolve(original.getFileName());
    Files.writeString(changed, text.replace(check, instead));
    Path classes = Files.createDirectories(folder.resolve("classes"));
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
                classPath(),
                "-d",
                classes.toString(),
                changed.toString());
    assertThat(status).as("%s", said).isZero();
    return new SeededBuild(folder, classes);
  }

  /** What the program said; one that goes on for long has failed. */
  public String run(Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    Path said = folder.resolve("said");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                classes + File.pathSeparator + classPath(),
                program.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return "FAILED: it went on";
    }
    return Files.readString(said, StandardCharsets.UTF_8);
  }

  /** The same kernel in this process, with nothing in common with the one of the tests. */
  public URLClassLoader loader() throws MalformedURLException {
    List<URL> path = new ArrayList<>(List.of(classes.toUri().toURL()));
    for (String part : classPath().split(File.pathSeparator, -1)) {
      path.add(Path.of(part).toUri().toURL());
    }
    return new OwnClasses(path.toArray(URL[]::new));
  }

  /** The platform's loader knows the modules of the tests, too: ours are never asked of it. */
  private static final class OwnClasses extends URLClassLoader {
    OwnClasses(URL[] path) {
      super(path, ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("org.portunus.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  /** Everything that this test runs with, wherever Maven put it. */
  private static String classPath() {
    Set<String> parts = new LinkedHashSet<>();
    parts.add("target/classes");
    parts.add("target/test-classes");
    for (String property :
        List.of("surefire.test.class.path", "java.class.path", "jdk.module.path")) {
      parts.addAll(Arrays.asList(System.getProperty(property, "").split(File.pathSeparator, -1)));
    }
    parts.remove("");
    return String.join(File.pathSeparator, parts);
  }
}
