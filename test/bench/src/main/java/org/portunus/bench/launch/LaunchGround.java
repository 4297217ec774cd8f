// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.portunus.tool.instance.Installation;
import portunus.launched.Hello;

/**
 * The files of one run: the bundle and its job, the program of the comparison, and the installation
 * once more without AOT caches. Gone at the end.
 */
record LaunchGround(Path root, Installation installation) implements AutoCloseable {
  static final String LABEL = "portunus.launched";
  private static final String PACKAGE = "portunus/launched/";

  static LaunchGround prepare(Installation installation) throws IOException {
    Path root = Files.createTempDirectory(Path.of("/var/tmp"), "portunus-bench-");
    LaunchGround ground = new LaunchGround(root, installation);
    ground.writeBundle();
    ground.writeJob();
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

  private void writeBundle() throws IOException {
    Path contents = Files.createDirectories(bundles().resolve(LABEL + ".xpc/Contents"));
    Path java = Files.createDirectory(contents.resolve("Java"));
    Files.writeString(
        contents.resolve("Info.plist"),
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <plist version="1.0"><dict>
        <key>CFBundleIdentifier</key><string>portunus.launched</string>
        <key>CFBundlePackageType</key><string>XPC!</string>
        <key>CFBundleVersion</key><string>1</string>
        <key>Portunus</key><dict>
        <key>Services</key><dict><key>portunus.launched</key><dict>
        <key>Type</key><string>portunus.launched.LaunchedXpc</string>
        <key>Implementation</key><string>portunus.launched.LaunchedService</string>
        </dict></dict>
        </dict></dict></plist>
        """);
    try (OutputStream out = Files.newOutputStream(java.resolve("launched.jar"));
        JarOutputStream jar = new JarOutputStream(out)) {
      for (String name : classNames()) {
        if (!name.startsWith("Hello")) {
          add(name, jar);
        }
      }
    }
    Files.createDirectory(classes());
    try (OutputStream out = Files.newOutputStream(classes().resolve("hello.jar"));
        JarOutputStream jar = new JarOutputStream(out)) {
      add("Hello.class", jar);
    }
  }

  private static void add(String name, JarOutputStream jar) throws IOException {
    jar.putNextEntry(new ZipEntry(PACKAGE + name));
    try (InputStream code = open(name)) {
      code.transferTo(jar);
    }
    jar.closeEntry();
  }

  private static InputStream open(String name) throws IOException {
    InputStream found = Hello.class.getResourceAsStream(name);
    if (found == null) {
      throw new IOException("this module has no " + name);
    }
    return found;
  }

  /** Names of the class files beside {@link Hello}. */
  private static List<String> classNames() throws IOException {
    Path module =
        Path.of(URI.create(Hello.class.getProtectionDomain().getCodeSource().getLocation() + ""));
    if (Files.isDirectory(module)) {
      return names(module.resolve(PACKAGE));
    }
    try (FileSystem jar = FileSystems.newFileSystem(module)) {
      return names(jar.getPath("/" + PACKAGE));
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName() + "")
          .filter(name -> name.endsWith(".class") && !name.startsWith("package-info"))
          .sorted()
          .toList();
    }
  }

  private void writeJob() throws IOException {
    Files.createDirectory(jobs());
    Files.writeString(
        jobs().resolve(LABEL + ".plist"),
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <plist version="1.0"><dict>
        <key>Label</key><string>portunus.launched</string>
        <key>MachServices</key><dict><key>portunus.launched</key><true/></dict>
        <key>ThrottleInterval</key><integer>0</integer>
        <key>Portunus</key><dict>
        <key>Bundle</key><string>portunus.launched.xpc</string>
        </dict></dict></plist>
        """);
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
