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
import java.util.List;
import java.util.function.Predicate;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * A bundle with a service from a package of this module, and its job.
 *
 * @param label of the job and bundle; the name of the service too
 * @param any class of the package
 * @param type simple name of the interface; those of its XPC type and of its service begin with it
 */
public record ProbeBundle(String label, Class<?> any, String type) {
  /** Writes the bundle, of the classes that are wanted, and the job. */
  void write(Path bundles, Path jobs, Predicate<String> wanted) throws IOException {
    Path contents = Files.createDirectories(bundles.resolve(label + ".xpc/Contents"));
    Path java = Files.createDirectory(contents.resolve("Java"));
    Files.writeString(contents.resolve("Info.plist"), info());
    pack(java.resolve("probe.jar"), wanted);
    Files.createDirectories(jobs);
    Files.writeString(jobs.resolve(label + ".plist"), job());
  }

  /** Packs the classes that are wanted. */
  void pack(Path file, Predicate<String> wanted) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      for (String name : classNames().stream().filter(wanted).toList()) {
        jar.putNextEntry(new ZipEntry(folder() + name));
        try (InputStream code = any.getResourceAsStream(name)) {
          if (code == null) {
            throw new IOException("this module has no " + name);
          }
          code.transferTo(jar);
        }
        jar.closeEntry();
      }
    }
  }

  private String folder() {
    return any.getPackageName().replace('.', '/') + "/";
  }

  private List<String> classNames() throws IOException {
    Path module = Path.of(URI.create(any.getProtectionDomain().getCodeSource().getLocation() + ""));
    if (Files.isDirectory(module)) {
      return names(module.resolve(folder()));
    }
    try (FileSystem jar = FileSystems.newFileSystem(module)) {
      return names(jar.getPath("/" + folder()));
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

  private String info() {
    String name = any.getPackageName() + "." + type;
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <plist version="1.0"><dict>
    <key>CFBundleIdentifier</key><string>%1$s</string>
    <key>CFBundlePackageType</key><string>XPC!</string>
    <key>CFBundleVersion</key><string>1</string>
    <key>Portunus</key><dict>
    <key>IdleTimeout</key><integer>3600</integer>
    <key>Services</key><dict><key>%1$s</key><dict>
    <key>Type</key><string>%2$sXpc</string>
    <key>Implementation</key><string>%2$sService</string>
    </dict></dict>
    </dict></dict></plist>
    """
        .formatted(label, name);
  }

  private String job() {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <plist version="1.0"><dict>
    <key>Label</key><string>%1$s</string>
    <key>MachServices</key><dict><key>%1$s</key><true/></dict>
    <key>ThrottleInterval</key><integer>0</integer>
    <key>Portunus</key><dict>
    <key>Bundle</key><string>%1$s.xpc</string>
    <key>IdleTimeout</key><integer>3600</integer>
    </dict></dict></plist>
    """
        .formatted(label);
  }
}
