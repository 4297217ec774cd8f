// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.slf4j.LoggerFactory;
import portunus.lifeprobe.LifeProbe;

/** A folder of jobs and one of bundles, for instances with the probe. */
final class ProbeFolder {
  private static final String PROBES = "portunus/lifeprobe";
  private static final String HEAD =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" \
      "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <plist version="1.0">
      """;

  private final Path folder;

  /**
   * @param folder empty; it is made readable for all
   */
  ProbeFolder(Path folder) throws IOException {
    this.folder = folder;
    open(folder, "rwxr-xr-x");
    open(Files.createDirectory(jobs()), "rwxr-xr-x");
    open(Files.createDirectory(bundles()), "rwxr-xr-x");
  }

  Path jobs() {
    return folder.resolve("jobs");
  }

  Path bundles() {
    return folder.resolve("bundles");
  }

  /** Where the jar of the service's bundle is. */
  Path jar(String service) {
    return contents(service).resolve("Java/probe.jar");
  }

  private Path contents(String service) {
    return bundles().resolve(service + ".xpc/Contents");
  }

  /**
   * Adds a job that offers the probe under this name.
   *
   * @param limits keys of the job's Portunus dictionary, in bundle and job
   * @param throttle seconds of its pause after too many crashes, 0 for none
   */
  ProbeFolder job(String service, Map<String, String> limits, int throttle) throws IOException {
    return job(service, limits, throttle, "portunus.lifeprobe.LifeProbeService");
  }

  ProbeFolder job(String service, Map<String, String> limits, int throttle, String implementation)
      throws IOException {
    String granted =
        limits.entrySet().stream()
            .map(
                limit -> "<key>%s</key><real>%s</real>".formatted(limit.getKey(), limit.getValue()))
            .map(text -> text.contains(".") ? text : text.replace("real>", "integer>"))
            .collect(Collectors.joining());
    Files.createDirectories(contents(service).resolve("Java"));
    write(
        contents(service).resolve("Info.plist"),
        """
        <dict><key>CFBundleIdentifier</key><string>%s</string>
        <key>CFBundlePackageType</key><string>XPC!</string>
        <key>CFBundleVersion</key><string>1</string>
        <key>Portunus</key><dict><key>Services</key><dict><key>%s</key><dict>
        <key>Type</key><string>portunus.lifeprobe.LifeProbeXpc</string>
        <key>Implementation</key><string>%s</string></dict></dict>%s</dict></dict></plist>
        """
            .formatted(service, service, implementation, granted));
    packProbe(jar(service));
    Path slf4j = jarOf(LoggerFactory.class);
    Files.copy(slf4j, contents(service).resolve("Java").resolve("slf4j-api.jar"));
    write(
        jobs().resolve(service + ".plist"),
        """
        <dict><key>Label</key><string>%s</string>
        <key>MachServices</key><dict><key>%s</key><true/></dict>
        <key>ThrottleInterval</key><integer>%d</integer>
        <key>Portunus</key><dict><key>Bundle</key><string>%s.xpc</string>%s</dict></dict></plist>
        """
            .formatted(service, service, throttle, service, granted));
    openAll(bundles());
    return this;
  }

  /** Says in the job's property list that the kernel relays its calls. */
  ProbeFolder relayed(String service) throws IOException {
    return flagged(service, "Relay");
  }

  /** Puts the jars of these classes into the bundle. */
  ProbeFolder with(String service, Class<?>... types) throws IOException {
    for (Class<?> type : types) {
      Path jar = jarOf(type);
      Files.copy(jar, contents(service).resolve("Java").resolve(jar.getFileName().toString()));
    }
    openAll(bundles());
    return this;
  }

  /** Says in the job's property list that it is in development mode. */
  ProbeFolder development(String service) throws IOException {
    return flagged(service, "Development");
  }

  private ProbeFolder flagged(String service, String flag) throws IOException {
    Path job = jobs().resolve(service + ".plist");
    String bundle = "<key>Bundle</key>";
    String plist = Files.readString(job);
    if (!plist.contains(bundle)) {
      throw new IllegalStateException(plist);
    }
    Files.writeString(job, plist.replace(bundle, "<key>%s</key><true/>%s".formatted(flag, bundle)));
    return this;
  }

  private static void write(Path file, String plist) throws IOException {
    Files.writeString(file, HEAD + plist);
    open(file, "rw-r--r--");
  }

  static void openAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        open(path, Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--");
      }
    }
  }

  private static void open(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static void packProbe(Path jar) throws IOException {
    Path classes = classes();
    List<Path> files;
    try (Stream<Path> all = Files.walk(classes.resolve(PROBES))) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Path file : files) {
        zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
  }

  /** The folder of the test classes. */
  static Path classes() {
    try {
      URL found = Objects.requireNonNull(LifeProbe.class.getResource("LifeProbe.class"));
      return Path.of(found.toURI()).resolve("../../..").normalize();
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Path jarOf(Class<?> type) {
    try {
      URL found = Objects.requireNonNull(type.getResource(type.getSimpleName() + ".class"));
      if (found.openConnection() instanceof JarURLConnection jar) {
        return Path.of(jar.getJarFileURL().toURI());
      }
      throw new IllegalStateException(found + " is in no jar");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
