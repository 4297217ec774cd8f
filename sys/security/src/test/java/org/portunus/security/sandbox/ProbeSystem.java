// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.portunus.linux.call.SystemCall;

/**
 * A folder of system modules with the probe in it, readable for every uid, outside {@code /tmp},
 * which plans without mounts cover. Made once for all tests.
 */
final class ProbeSystem {
  static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final Path PROBE = Path.of("src", "test", "probe");
  private static final Path FOLDER = build();

  private ProbeSystem() {}

  static Path folder() {
    return FOLDER;
  }

  private static Path build() {
    try {
      Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "portunus-probe");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      Path linux =
          Path.of(SystemCall.class.getProtectionDomain().getCodeSource().getLocation().getPath());
      if (Files.isDirectory(linux)) {
        copy(linux, folder.resolve("org.portunus.linux"));
      } else {
        Files.copy(linux, folder.resolve("org.portunus.linux.jar"));
      }
      compile(folder, linux);
      openToAll(folder);
      return folder;
    } catch (IOException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private static void compile(Path folder, Path linux) throws IOException {
    Process javac =
        new ProcessBuilder(
                JDK.resolve("bin/javac").toString(),
                "-proc:none",
                "-d",
                folder.resolve("org.portunus.probe").toString(),
                "--module-path",
                linux.toString(),
                PROBE.resolve("module-info.java").toString(),
                PROBE.resolve("org/portunus/probe/Probe.java").toString())
            .inheritIO()
            .start();
    try {
      assertThat(javac.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupt);
    } finally {
      javac.destroyForcibly();
    }
    assertThat(javac.exitValue()).isZero();
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path source : all(from)) {
      Files.copy(source, to.resolve(from.relativize(source).toString()));
    }
  }

  private static void openToAll(Path folder) throws IOException {
    for (Path path : all(folder)) {
      String mode = Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--";
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
  }

  private static List<Path> all(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.toList();
    }
  }

  private static void delete(Path folder) {
    try {
      for (Path path : all(folder).reversed()) {
        Files.delete(path);
      }
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
