// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Who uses a version. The broker of each instance holds a lock, shared, on one of two files: {@code
 * ID.owner}, which only the installation's owner can open, or {@code ID.others}, which everybody
 * can read. So nobody but the owner can keep the owner from removing the installation; others can
 * at most keep an old version on the disk.
 */
final class VersionLocks {
  private static final String OWNER = ".owner";
  private static final String OTHERS = ".others";

  private VersionLocks() {}

  /** Who holds one. */
  enum Use {
    NONE,
    OTHERS,
    OWNER
  }

  static void create(Path locks, String id) throws IOException {
    make(locks.resolve(id + OWNER), "rw-------");
    make(locks.resolve(id + OTHERS), "rw-r--r--");
  }

  private static void make(Path file, String permissions) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.createFile(file);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  static void remove(Path locks, String id) throws IOException {
    Files.deleteIfExists(locks.resolve(id + OWNER));
    Files.deleteIfExists(locks.resolve(id + OTHERS));
  }

  /** Who uses it now. */
  static Use useOf(Path locks, String id) throws IOException {
    try (Held held = hold(locks, id)) {
      return held.use();
    }
  }

  /** Locks a version against new instances until it is closed, as far as nobody uses it. */
  static Held hold(Path locks, String id) throws IOException {
    FileChannel owner = open(locks.resolve(id + OWNER));
    try {
      FileChannel others = open(locks.resolve(id + OTHERS));
      Use use = isFree(owner) ? isFree(others) ? Use.NONE : Use.OTHERS : Use.OWNER;
      return new Held(use, owner, others);
    } catch (IOException | RuntimeException failure) {
      owner.close();
      throw failure;
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException sameProcess) {
      return false;
    }
  }

  /**
   * What could be locked.
   *
   * @param use who else holds it
   */
  record Held(Use use, FileChannel owner, FileChannel others) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try (owner) {
        others.close();
      }
    }
  }
}
