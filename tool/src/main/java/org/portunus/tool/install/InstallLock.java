// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.install;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * The right to change one installation: one process at a time, until it closes this or ends. Only
 * its owner can hold it: the file is closed to others.
 */
final class InstallLock implements AutoCloseable {
  private static final String NAME = ".lock";

  private final Path file;
  private final FileChannel channel;

  private InstallLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @param library existing folder
   * @throws PortunusException INSTALL_BUSY when another process changes the installation,
   *     INSTALLATION when it is somebody else's
   */
  static InstallLock take(Path library) throws IOException {
    if (!Files.isWritable(library)) {
      throw new PortunusException(
          ErrorCode.INSTALLATION, "only the owner of " + library + " can change it");
    }
    Path file = library.resolve(NAME);
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    boolean mine = false;
    try {
      Object before = key(file);
      mine = isLocked(channel) && before != null && before.equals(key(file));
    } finally {
      if (!mine) {
        channel.close();
      }
    }
    if (!mine) {
      throw new PortunusException(
          ErrorCode.INSTALL_BUSY,
          "another process installs, upgrades or removes what is in " + library);
    }
    return new InstallLock(file, channel);
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException sameProcess) {
      return false;
    }
  }

  /** What the name leads to: a holder that removed everything took the file with it. */
  private static @Nullable Object key(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException gone) {
      return null;
    }
  }

  /** Takes the file away; the lock is held until it is closed. */
  void remove() throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
