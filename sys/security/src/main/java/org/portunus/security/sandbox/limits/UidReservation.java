// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;

/**
 * One instance's part of the reserved range, held against other instances of this machine by a
 * locked file until it is closed or its process ends. The broker holds it, as root.
 */
public final class UidReservation implements AutoCloseable {
  /** Ids of one instance. */
  public static final int PART = 256;

  private final UidRange range;
  private final Path file;
  private final FileChannel held;

  private UidReservation(UidRange range, Path file, FileChannel held) {
    this.range = range;
    this.file = file;
    this.held = held;
  }

  /**
   * Takes the first part that nobody holds.
   *
   * @param etc {@code /etc}, for the conflicts of the whole range
   * @param locks a folder that only root writes, such as {@code /run/portunus}; it is made
   * @throws PortunusException {@code machine.lacks} when the range is used otherwise or full
   */
  public static UidReservation claim(UidRange whole, Path etc, Path locks) throws IOException {
    List<String> conflicts = whole.conflicts(etc);
    if (!conflicts.isEmpty()) {
      throw new PortunusException(
          ErrorCode.MACHINE,
          "uids "
              + whole.first()
              + "+"
              + whole.size()
              + " are reserved for sandboxes, but "
              + String.join("; ", conflicts)
              + "; name another range");
    }
    Files.createDirectories(locks);
    for (int first = whole.first(); first - whole.first() + PART <= whole.size(); first += PART) {
      Path file = locks.resolve("uids-" + first);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(channel) && isStillAt(file, channel)) {
        return new UidReservation(new UidRange(first, PART), file, channel);
      }
      channel.close();
    }
    throw new PortunusException(
        ErrorCode.MACHINE,
        "all "
            + whole.size() / PART
            + " parts of the reserved uids are held by other instances; end one");
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException heldHere) {
      return false;
    }
  }

  /** The holder before may have removed the file between our open and our lock. */
  private static boolean isStillAt(Path file, FileChannel channel) throws IOException {
    byte[] mark = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(mark), 0);
    return Files.exists(file) && Arrays.equals(Files.readAllBytes(file), mark);
  }

  /** The instance's ids. */
  public UidRange range() {
    return range;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
    held.close();
  }
}
