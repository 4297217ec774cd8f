// SPDX-License-Identifier: Apache-2.0
package org.portunus.mavenplugin.bundle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** The jars of a bundle: those of the class path as they are, and one for each folder in it. */
final class CodeParts {
  private static final String OURS = "org/portunus/";
  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final String MANIFEST_TEXT = "Manifest-Version: 1.0\r\n\r\n";
  private static final LocalDateTime TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  private CodeParts() {}

  /** Contents by file name. */
  static SortedMap<String, byte[]> of(List<Path> classPath) throws IOException {
    SortedMap<String, byte[]> parts = new TreeMap<>();
    for (Path place : classPath) {
      if (Files.isDirectory(place)) {
        parts.put(free("classes.jar", parts), jar(place));
      } else if (Files.isRegularFile(place) && !isOurs(place)) {
        parts.put(free(place.getFileName().toString(), parts), Files.readAllBytes(place));
      }
    }
    return parts;
  }

  /** The system's own packages are there in every service, and refused in bundles. */
  private static boolean isOurs(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream().anyMatch(entry -> entry.getName().startsWith(OURS));
    }
  }

  private static String free(String name, SortedMap<String, byte[]> parts) {
    String free = name;
    for (int number = 2; parts.containsKey(free); number++) {
      free = name.substring(0, name.lastIndexOf('.')) + "-" + number + ".jar";
    }
    return free;
  }

  private static byte[] jar(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      write(zip, MANIFEST, MANIFEST_TEXT.getBytes(StandardCharsets.US_ASCII));
      for (Path file : files) {
        String name = folder.relativize(file).toString();
        if (!name.equals(MANIFEST)) {
          write(zip, name, Files.readAllBytes(file));
        }
      }
    }
    return bytes.toByteArray();
  }

  private static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
