// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All that is below a folder: names, kinds, modes, contents. */
public record Snapshot(Map<String, String> paths) {
  public static Snapshot of(Path root) throws IOException {
    Map<String, String> paths = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        paths.put(root.relativize(path).toString(), describe(path));
      }
    }
    return new Snapshot(paths);
  }

  private static String describe(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "link to " + Files.readSymbolicLink(path);
    }
    String mode =
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    return Files.isRegularFile(path)
        ? mode + " file " + Arrays.hashCode(Files.readAllBytes(path))
        : mode + " folder";
  }
}
