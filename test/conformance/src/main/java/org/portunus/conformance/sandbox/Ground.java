// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.parser.Parser;
import org.portunus.tool.instance.Installation;
import portunus.probe.Probe;

/**
 * The files of one run of the suite: the system twice (below a folder of mode 0700 for root, open
 * for an ordinary user), the hostile bundle and its jobs, and what the attempts aim at. Outside
 * {@code /tmp}, which plans without mounts cover. Gone at the end.
 */
final class Ground implements AutoCloseable {
  private static final String PRIVATE = "private";
  private static final String OPEN_FOLDER = "rwxr-xr-x";
  private static final Pattern PROBE_CLASSES = Pattern.compile(".*portunus/probe/\\w[^/]*\\.class");
  private static final Pattern PLANTED = Pattern.compile(".*/planted/Planted\\.class");
  private static final String ALL_FOLDER = "rwxrwxrwx";

  private final Path root;
  private final Installation installation;

  private Ground(Path root, Installation installation) {
    this.root = root;
    this.installation = installation;
  }

  static Ground prepare(Installation installation) throws IOException {
    Path root = Files.createTempDirectory(Path.of("/var/tmp"), "portunus-conformance-");
    Ground ground = new Ground(root, installation);
    mode(root, OPEN_FOLDER);
    copy(installation.system(), ground.dist(Caller.ROOT).resolve("system"));
    copy(installation.system(), ground.dist(Caller.USER).resolve("system"));
    mode(root.resolve(PRIVATE), "rwx------");
    copy(installation.dist().resolve("tool"), ground.modules());
    copy(installation.system().resolve("launchd"), ground.modules());
    copy(installation.system().resolve("kernel"), ground.modules());
    place(SandboxSuite.class, ground.modules().resolve("conformance"));
    // What this module requires for documents is resolved for each of its programs.
    place(Parser.class, ground.modules().resolve("commonmark"));
    place(TablesExtension.class, ground.modules().resolve("commonmark-tables"));
    place(HeadingAnchorExtension.class, ground.modules().resolve("commonmark-anchors"));
    place(Probe.class, ground.modules().resolve("probe"));
    copy(installation.system().resolve("task"), ground.system());
    place(Probe.class, ground.system().resolve("probe"));
    ground.makeBundle();
    ground.makeTargets();
    return ground;
  }

  private void makeTargets() throws IOException {
    Files.writeString(secret(), "a secret of the host\n");
    Files.writeString(right(), "what the right is of\n");
    mode(right(), "rw-rw-rw-");
    Files.createDirectories(folder().resolve("mnt"));
    Files.writeString(folder().resolve("plain"), "plain");
    mode(folder().resolve("plain"), "rw-rw-rw-");
    mode(folder(), ALL_FOLDER);
  }

  private void makeBundle() throws IOException {
    Path contents = bundles().resolve("portunus.probe.xpc/Contents");
    Files.createDirectories(contents.resolve("Java"));
    Files.createDirectories(contents.resolve("extra"));
    Files.createDirectories(jobs());
    Files.writeString(contents.resolve("Info.plist"), Plists.bundle());
    for (Map.Entry<String, String> job : Plists.jobs().entrySet()) {
      Files.writeString(jobs().resolve(job.getKey() + ".plist"), job.getValue());
    }
    try (OutputStream out = Files.newOutputStream(jar());
        JarOutputStream target = new JarOutputStream(out, manifest())) {
      addClasses(location(Probe.class), PROBE_CLASSES, target);
    }
    Path planted = bundles().resolve("portunus.planted.xpc/Contents");
    Files.createDirectories(planted.resolve("Java"));
    Files.writeString(planted.resolve("Info.plist"), Plists.bundle());
    try (OutputStream out = Files.newOutputStream(planted.resolve("Java/planted.jar"));
        JarOutputStream target = new JarOutputStream(out)) {
      addClasses(location(Probe.class), PLANTED, target);
    }
    try (OutputStream out = Files.newOutputStream(contents.resolve("extra/beside.jar"));
        JarOutputStream target = new JarOutputStream(out)) {
      target.putNextEntry(new ZipEntry("portunus/beside/Beside.class"));
      target.write(BesideClass.bytes());
      target.closeEntry();
    }
  }

  /** Everything that a manifest can ask for and that a bundle must not get by it. */
  private static Manifest manifest() {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, "portunus.probe.Outside");
    attributes.put(Attributes.Name.CLASS_PATH, "../extra/beside.jar 7");
    attributes.putValue("Add-Opens", "java.base/java.lang");
    attributes.putValue("Enable-Native-Access", "ALL-UNNAMED");
    attributes.putValue("Portunus-Layers", "none");
    return manifest;
  }

  private static void addClasses(Path from, Pattern name, JarOutputStream target)
      throws IOException {
    if (Files.isDirectory(from)) {
      addFiles(from, name, target);
      return;
    }
    try (FileSystem jar = FileSystems.newFileSystem(from)) {
      addFiles(jar.getPath("/"), name, target);
    }
  }

  private static void addFiles(Path unpacked, Pattern name, JarOutputStream target)
      throws IOException {
    try (Stream<Path> files = Files.walk(unpacked)) {
      for (Path file : files.filter(path -> name.matcher(path.toString()).matches()).toList()) {
        target.putNextEntry(new ZipEntry(unpacked.relativize(file).toString()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Files.copy(file, bytes);
        target.write(bytes.toByteArray());
        target.closeEntry();
      }
    }
  }

  private static Path location(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  /** Copies the module that a class is of: a folder of classes or a jar. */
  private static void place(Class<?> type, Path to) throws IOException {
    Path from = location(type);
    copy(from, Files.isDirectory(from) ? to : to.resolveSibling(to.getFileName() + ".jar"));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path source : files.toList()) {
        Path target = from.equals(source) ? to : to.resolve(from.relativize(source).toString());
        if (!Files.isDirectory(source)) {
          Files.write(target, Files.readAllBytes(source));
        } else if (!Files.exists(target)) {
          Files.createDirectory(target);
        }
        mode(target, Files.isDirectory(source) ? OPEN_FOLDER : "rw-r--r--");
      }
    }
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  /** The system as this caller starts it. */
  Path dist(Caller caller) {
    return switch (caller) {
      case ROOT -> root.resolve(PRIVATE).resolve("dist");
      case USER -> root.resolve("dist");
    };
  }

  Path jdk() {
    return installation.jdk();
  }

  Path java() {
    return jdk().resolve("bin/java");
  }

  /** Modules of a program that starts instances. */
  Path modules() {
    return root.resolve("modules");
  }

  /** Modules of a bare task. */
  Path system() {
    return root.resolve("system");
  }

  Path jobs() {
    return root.resolve("jobs");
  }

  Path bundles() {
    return root.resolve("bundles");
  }

  /** The bundle's code. */
  Path jar() {
    return bundles().resolve("portunus.probe.xpc/Contents/Java/probe.jar");
  }

  /** A file that no sandbox may know of. */
  Path secret() {
    return root.resolve("secret");
  }

  /** The file that the right is of: nothing but the sandbox keeps anybody from writing it. */
  Path right() {
    return root.resolve("right");
  }

  /** A folder that everybody may write in. */
  Path folder() {
    return root.resolve("folder");
  }

  /** Content of the files that attempts aim at. */
  String contents() throws IOException {
    return Files.readString(secret(), StandardCharsets.UTF_8)
        + Files.readString(right(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(root)) {
      all = files.toList();
    }
    for (Path path : all.reversed()) {
      Files.delete(path);
    }
  }
}
