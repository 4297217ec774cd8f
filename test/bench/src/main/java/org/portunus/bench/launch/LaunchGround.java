// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.portunus.tool.instance.Installation;
import portunus.launched.Hello;

/**
 * The files of one run: the bundle and its job, the program of the comparison, and the installation
 * once more without AOT caches. Gone at the end.
 */
record LaunchGround(Path root, Installation installation) implements AutoCloseable {
  static final String LABEL = "portunus.launched";

  static LaunchGround prepare(Installation installation) throws IOException {
    Path root = Files.createTempDirectory(Path.of("/var/tmp"), "portunus-bench-");
    LaunchGround ground = new LaunchGround(root, installation);
    ProbeBundle bundle = new ProbeBundle(LABEL, Hello.class, "Launched");
    bundle.write(ground.bundles(), ground.jobs(), name -> !name.startsWith("Hello"));
    Files.createDirectory(ground.classes());
    bundle.pack(ground.classes().resolve("hello.jar"), name -> name.equals("Hello.class"));
    copy(installation.system(), ground.withoutCaches().system());
    open(root);
    return ground;
  }

  Path jobs() {
    return root.resolve("jobs");
  }

  Path bundles() {
    return root.resolve("bundles");
  }

  /** Folder of the jar of {@link Hello}. */
  Path classes() {
    return root.resolve("classes");
  }

  Installation withoutCaches() {
    return new Installation(installation.jdk(), root.resolve("dist"));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(path -> !path.startsWith(from.resolve("aot"))).toList()) {
        Path target = from.equals(file) ? to : to.resolve(from.relativize(file).toString());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** Everybody may read it. */
  static void open(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        String mode = Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--";
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      }
    }
  }

  @Override
  public void close() throws IOException {
    delete(root);
  }

  static void delete(Path root) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(root)) {
      all = files.toList();
    }
    for (Path path : all.reversed()) {
      Files.delete(path);
    }
  }
}
