// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * A shared lock, held until the broker ends, that says that an instance runs an installed version.
 * Who removes a version locks the file alone first, and takes it away with the version.
 */
final class VersionHold implements AutoCloseable {
  private final Optional<FileChannel> channel;

  private VersionHold(Optional<FileChannel> channel) {
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @throws PortunusException INSTALLATION when the version is being removed
   */
  static VersionHold take(Optional<Path> file) throws IOException {
    if (file.isEmpty()) {
      return new VersionHold(Optional.empty());
    }
    try {
      Object before = key(file.get());
      FileChannel channel =
          FileChannel.open(file.get(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      if (channel.tryLock(0, Long.MAX_VALUE, true) != null && before.equals(key(file.get()))) {
        return new VersionHold(Optional.of(channel));
      }
      channel.close();
    } catch (NoSuchFileException gone) {
      throw removed(gone);
    }
    throw removed(null);
  }

  private static Object key(Path file) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return key == null ? file : key;
  }

  private static PortunusException removed(@Nullable Exception why) {
    String what = "this version is being removed; start the one that is installed now";
    return why == null
        ? new PortunusException(ErrorCode.INSTALLATION, what)
        : new PortunusException(ErrorCode.INSTALLATION, what, why);
  }

  @Override
  public void close() throws IOException {
    if (channel.isPresent()) {
      channel.get().close();
    }
  }
}
