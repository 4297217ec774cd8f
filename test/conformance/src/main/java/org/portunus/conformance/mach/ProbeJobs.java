// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import portunus.probe.mach.MachTask;

/**
 * A folder with the bundle and the jobs of the tasks that are processes. Each job offers two
 * services: one is called to have the task do something, the other is a bare port, by which a task
 * that looked it up can reach it.
 */
final class ProbeJobs implements AutoCloseable {
  /** The jobs, as many as a row needs tasks. */
  static final List<String> LABELS =
      List.of("portunus.probe.mach.one", "portunus.probe.mach.two", "portunus.probe.mach.three");

  private static final Map<String, String> QOS =
      Map.of(
          LABELS.get(0), "utility", LABELS.get(1), "user-initiated", LABELS.get(2), "background");
  private static final Map<String, String> CEILINGS =
      Map.of(LABELS.get(0), "default", LABELS.get(1), "user-initiated", LABELS.get(2), "utility");
  private static final String CLASSES = "portunus/probe/mach/";
  private static final String BUNDLE = "portunus.probe.mach.xpc";

  private final Path root;

  private ProbeJobs(Path root) {
    this.root = root;
  }

  /** The service that is a bare port. */
  static String door(String label) {
    return label + ".door";
  }

  static ProbeJobs prepare() throws IOException {
    ProbeJobs folder = new ProbeJobs(Files.createTempDirectory("conformance-"));
    Path code = folder.bundles().resolve(BUNDLE).resolve("Contents/Java");
    Files.createDirectories(code);
    Files.createDirectories(folder.jobs());
    Files.writeString(code.resolveSibling("Info.plist"), bundle());
    for (String label : LABELS) {
      Files.writeString(folder.jobs().resolve(label + ".plist"), job(label));
    }
    folder.pack(code.resolve("probe.jar"));
    folder.open();
    return folder;
  }

  Path jobs() {
    return root.resolve("jobs");
  }

  Path bundles() {
    return root.resolve("bundles");
  }

  private static String bundle() {
    String services =
        LABELS.stream()
            .flatMap(label -> Stream.of(label, door(label)))
            .map(
                """
                <key>%s</key><dict>
                <key>Type</key><string>portunus.probe.mach.MachTaskXpc</string>
                <key>Implementation</key><string>portunus.probe.mach.MachTaskService</string></dict>
                """
                    ::formatted)
            .collect(Collectors.joining());
    return plist(
        """
        <key>CFBundleIdentifier</key><string>portunus.probe.mach</string>
        <key>CFBundlePackageType</key><string>XPC!</string>
        <key>CFBundleVersion</key><string>1</string>
        <key>Portunus</key><dict><key>Services</key><dict>%s</dict>%s%s</dict>
        """
            .formatted(services, limits(), qos("user-initiated", "user-initiated")));
  }

  /** No throttle: rows kill their tasks, one after the other. */
  private static String job(String label) {
    return plist(
        """
        <key>Label</key><string>%s</string>
        <key>MachServices</key><dict><key>%s</key><true/><key>%s</key><true/></dict>
        <key>ThrottleInterval</key><integer>0</integer>
        <key>Portunus</key><dict><key>Bundle</key><string>%s</string>%s%s</dict>
        """
            .formatted(
                label,
                label,
                door(label),
                BUNDLE,
                limits(),
                qos(
                    Objects.requireNonNull(QOS.get(label)),
                    Objects.requireNonNull(CEILINGS.get(label)))));
  }

  private static String qos(String own, String ceiling) {
    return "<key>QoS</key><string>%s</string><key>QoSCeiling</key><string>%s</string>"
        .formatted(own, ceiling);
  }

  private static String limits() {
    return Map.of("Heap", 48, "Memory", 384, "IdleTimeout", 600).entrySet().stream()
        .map(limit ->
            "<key>%s</key><integer>%d</integer>".formatted(limit.getKey(), limit.getValue()))
        .collect(Collectors.joining());
  }

  private static String plist(String content) {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" \
    "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    <plist version="1.0"><dict>
    %s</dict></plist>
    """
        .formatted(content);
  }

  private void pack(Path jar) throws IOException {
    URI place = location();
    if (Files.isDirectory(Path.of(place))) {
      pack(Path.of(place), jar);
      return;
    }
    try (FileSystem from = FileSystems.newFileSystem(Path.of(place))) {
      pack(from.getPath("/"), jar);
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (Stream<Path> all = Files.list(classes.resolve(CLASSES));
        OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Path file : all.sorted(Comparator.comparing(Path::toString)).toList()) {
        zip.putNextEntry(new ZipEntry(CLASSES + file.getFileName()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
  }

  private static URI location() {
    return URI.create(
        Objects.requireNonNull(MachTask.class.getProtectionDomain().getCodeSource())
            .getLocation()
            .toString());
  }

  /** Launchd reads it with a uid of its own. */
  private void open() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        String mode = Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--";
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      all.sorted(Comparator.reverseOrder()).forEach(ProbeJobs::delete);
    }
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
