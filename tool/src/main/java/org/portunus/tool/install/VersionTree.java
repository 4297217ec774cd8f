// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * What a version is made from: the start script, the distribution and, of an archive, the Java run
 * time beside it.
 *
 * @param home folder of the script {@code portunus}
 * @param dist the distribution
 * @param jdk the Java run time that runs this program
 */
public record VersionTree(Path home, Path dist, Path jdk, Transfer transfer) {
  private static final String SCRIPT = "portunus";
  private static final String JDK = "jdk";
  private static final int SHORT_HASH = 12;

  /** Parts of the distribution that an installation has; the rest serves building and measuring. */
  private static final List<String> PARTS =
      List.of(
          "system",
          "tool",
          "demo",
          "processor",
          "maven",
          "jobs",
          "bundles",
          "version",
          "sbom.json");

  /** Made anew where they do not fit; they are no part of what a version is. */
  private static final Path CACHES = Path.of("system/aot");

  /** How a file gets into its version. */
  public enum Transfer {
    COPY,
    /** By a second name, for a package whose own files stay where they are. */
    HARD_LINK
  }

  /** Whether a text can be the id of a version, and so the name of its folder. */
  static boolean isId(String text) {
    return text.matches("[0-9][0-9A-Za-z.+~]*(-[0-9A-Za-z.+~]+)*") && !text.contains("..");
  }

  /** The release and the beginning of the hash of all that is installed. */
  String id() throws IOException {
    Path release = dist.resolve("version");
    if (!Files.isRegularFile(release)) {
      throw new PortunusException(
          ErrorCode.USAGE, dist + " has no file version: ./portunus build makes it");
    }
    MessageDigest digest = Hashes.sha256();
    digest.update(Hashes.of(home.resolve(SCRIPT)).getBytes(StandardCharsets.US_ASCII));
    for (String part : PARTS) {
      if (Files.exists(dist.resolve(part))) {
        for (Path file : files(dist.resolve(part))) {
          Path name = dist.relativize(file);
          if (!name.startsWith(CACHES) && Files.isRegularFile(file)) {
            digest.update((name + "\0" + Hashes.of(file)).getBytes(StandardCharsets.UTF_8));
          }
        }
      }
    }
    if (bringsJdk()) {
      digest.update(Files.readAllBytes(home.resolve(JDK).resolve("release")));
    }
    String hash = HexFormat.of().formatHex(digest.digest()).substring(0, SHORT_HASH);
    return Files.readString(release).strip() + "-" + hash;
  }

  private boolean bringsJdk() {
    return Files.isDirectory(home.resolve(JDK), LinkOption.NOFOLLOW_LINKS);
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.sorted().toList();
    }
  }

  /**
   * Copies it, complete or not at all.
   *
   * @param versions existing folder
   */
  void copyTo(Path versions, String id) throws IOException {
    Path next = versions.resolve(".new");
    Trees.remove(next);
    Files.createDirectory(next);
    Files.createDirectory(next.resolve("dist"));
    copy(home.resolve(SCRIPT), next.resolve(SCRIPT));
    for (String part : PARTS) {
      if (Files.exists(dist.resolve(part))) {
        copy(dist.resolve(part), next.resolve("dist").resolve(part));
      }
    }
    if (bringsJdk()) {
      copy(home.resolve(JDK), next.resolve(JDK));
    } else {
      Files.createSymbolicLink(next.resolve(JDK), jdk.toRealPath());
    }
    open(next);
    open(next.resolve("dist"));
    Files.move(next, versions.resolve(id), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Times stay: the caches of services name them. */
  private void copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      if (transfer == Transfer.HARD_LINK && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.createLink(target, file);
      } else {
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      }
      if (!Files.isSymbolicLink(target)) {
        open(target);
      }
    }
  }

  private static void open(Path path) throws IOException {
    boolean runs = Files.isDirectory(path) || Files.isExecutable(path);
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
  }
}
