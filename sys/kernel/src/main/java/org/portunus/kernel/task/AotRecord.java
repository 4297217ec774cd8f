// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.portunus.security.sandbox.AotTraining;

/**
 * What an installation's AOT caches are good for and what they hash to: the file {@code record}
 * beside them.
 *
 * <pre>
 *   basis SHA256      of the JDK's release, its machine and modules, our jars, the options
 *   cache SHA256 FILE
 * </pre>
 *
 * @param basis what they were made from
 */
public record AotRecord(String basis, List<Cache> caches) {
  private static final String FOLDER = "aot";
  private static final int MAX_LINES = 64;
  private static final int CHUNK = 1 << 16;

  /** One cache. */
  public record Cache(String hash, String file) {
    /** A cache as it is. */
    public static Cache of(Path file) throws IOException {
      return new Cache(hashOf(file), String.valueOf(file.getFileName()));
    }
  }

  public AotRecord {
    caches = List.copyOf(caches);
  }

  /** Where caches are, below the system's modules. */
  public static Path folder(Path system) {
    return system.resolve(FOLDER);
  }

  /** The record's file. */
  public static Path file(Path folder) {
    return folder.resolve("record");
  }

  /** File name of the cache for a set of modules, whose names need no escape. */
  public static String fileName(List<String> modules) {
    return modules.isEmpty() ? "base.aot" : String.join("+", new TreeSet<>(modules)) + ".aot";
  }

  /** A record of caches made now. */
  public static AotRecord of(Path jdk, Path system, List<Cache> caches) throws IOException {
    return new AotRecord(basis(jdk, system), caches);
  }

  /** The record in a folder; empty when there is none or it is not as drawn above. */
  public static Optional<AotRecord> read(Path folder) throws IOException {
    Path file = file(folder);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file);
    String basis = "";
    List<Cache> caches = new ArrayList<>();
    for (String line : lines.subList(0, Math.min(lines.size(), MAX_LINES))) {
      String[] words = line.split(" ", -1);
      if (words.length == 2 && words[0].equals("basis")) {
        basis = words[1];
      } else if (words.length == 3 && words[0].equals("cache") && !words[2].contains("/")) {
        caches.add(new Cache(words[1], words[2]));
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(new AotRecord(basis, caches));
  }

  /** Writes it. */
  public void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("basis " + basis);
    caches.forEach(cache -> lines.add("cache " + cache.hash() + " " + cache.file()));
    Files.write(file, lines);
  }

  /** Whether the caches were made from this JDK, these modules and today's options. */
  public boolean isOf(Path jdk, Path system) throws IOException {
    return basis.equals(basis(jdk, system));
  }

  /** Times belong to it: the Java machine compares them too. */
  private static String basis(Path jdk, Path system) throws IOException {
    MessageDigest digest = sha256();
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(system.resolve("task"), "*.jar")) {
      jars.forEach(files::add);
    }
    files.sort(null);
    digest.update(AotTraining.options().getBytes(StandardCharsets.UTF_8));
    digest.update(Files.readAllBytes(jdk.resolve("release")));
    for (Path file : files) {
      digest.update(Files.readAllBytes(file));
    }
    files.add(jdk.resolve("lib/modules"));
    files.add(jdk.resolve("lib/server/libjvm.so"));
    for (Path file : files) {
      String stamp =
          "%s %d %d\n"
              .formatted(
                  file.getFileName(),
                  Files.size(file),
                  Files.getLastModifiedTime(file).toMillis() / 1000);
      digest.update(stamp.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** SHA-256 of a file. */
  static String hashOf(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(chunk); n > 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
