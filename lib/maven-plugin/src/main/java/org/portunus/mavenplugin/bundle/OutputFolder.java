// SPDX-License-Identifier: Apache-2.0
package org.portunus.mavenplugin.bundle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * A folder with jobs and bundles that several projects may fill: {@code owners} has a record of who
 * made which. One writer at a time: WRITING within this process, a file lock among processes.
 */
final class OutputFolder {
  static final String BUNDLE = ".xpc";

  private static final ReentrantLock WRITING = new ReentrantLock();

  private final Path folder;

  OutputFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  Path bundle(String identifier) {
    return folder.resolve("bundles").resolve(identifier + BUNDLE);
  }

  /**
   * Puts a bundle and its job in place; false when both were there already.
   *
   * @param files contents of the bundle by path
   */
  boolean put(String owner, String identifier, SortedMap<String, byte[]> files, byte[] job)
      throws IOException, BundleException {
    Path owners = Files.createDirectories(folder.resolve("owners"));
    Files.createDirectories(folder.resolve("bundles"));
    Path jobs = Files.createDirectories(folder.resolve("jobs"));
    WRITING.lock();
    try (FileChannel channel =
            FileChannel.open(
                owners.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      Path record = owners.resolve(identifier);
      String former = Files.exists(record) ? Files.readString(record).strip() : owner;
      if (!held.isValid() || !former.equals(owner)) {
        throw new BundleException(
            "%s was made by %s, not by %s: give one of them another identifier, or remove %s"
                .formatted(bundle(identifier), former, owner, record));
      }
      Files.writeString(record, owner + "\n");
      boolean isChanged = replaceBundle(bundle(identifier), files);
      return replaceFile(jobs.resolve(identifier + ".plist"), job) || isChanged;
    } finally {
      WRITING.unlock();
    }
  }

  private boolean replaceBundle(Path bundle, SortedMap<String, byte[]> files) throws IOException {
    if (isThere(bundle, files)) {
      return false;
    }
    Path fresh = bundle.resolveSibling(bundle.getFileName() + ".new");
    Path old = bundle.resolveSibling(bundle.getFileName() + ".old");
    remove(fresh);
    remove(old);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = fresh.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    if (Files.exists(bundle)) {
      Files.move(bundle, old);
    }
    Files.move(fresh, bundle);
    remove(old);
    return true;
  }

  private static boolean isThere(Path bundle, SortedMap<String, byte[]> files) throws IOException {
    SortedMap<String, Path> there = new TreeMap<>();
    if (Files.isDirectory(bundle)) {
      try (Stream<Path> walk = Files.walk(bundle)) {
        walk.filter(Files::isRegularFile)
            .forEach(file -> there.put(bundle.relativize(file).toString(), file));
      }
    }
    if (!there.keySet().equals(files.keySet())) {
      return false;
    }
    for (Map.Entry<String, Path> file : there.entrySet()) {
      if (!Arrays.equals(Files.readAllBytes(file.getValue()), files.get(file.getKey()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean replaceFile(Path path, byte[] content) throws IOException {
    if (Files.exists(path) && Arrays.equals(Files.readAllBytes(path), content)) {
      return false;
    }
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.write(fresh, content);
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return true;
  }

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> walk = Files.walk(folder)) {
        for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
