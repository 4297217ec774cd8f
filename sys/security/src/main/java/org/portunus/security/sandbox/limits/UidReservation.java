// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.FileStatus;

/**
 * One instance's part of the reserved range, held against other instances of this machine by a
 * locked file until it is closed or its process ends. The broker holds it, as root.
 */
public final class UidReservation implements AutoCloseable {
  /** Ids of one instance. */
  public static final int PART = 256;

  private static final int FILE = OpenFlag.WRITE_ONLY | OpenFlag.CREATE | OpenFlag.NO_FOLLOW;
  private static final int OWNER_ONLY = 0600;
  private static final int EXCLUSIVE_NOW = 2 | 4;

  private final UidRange range;
  private final Path file;
  private final Descriptor held;

  private UidReservation(UidRange range, Path file, Descriptor held) {
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
      Descriptor opened = Descriptor.open(file, FILE, OWNER_ONLY);
      if (isLocked(opened) && isStillAt(file, opened)) {
        opened.writeFully(UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
        return new UidReservation(new UidRange(first, PART), file, opened);
      }
      opened.close();
    }
    throw new PortunusException(
        ErrorCode.MACHINE,
        "all "
            + whole.size() / PART
            + " parts of the reserved uids are held by other instances; end one");
  }

  /**
   * flock(2), which lasts as long as this open file: a lock of fcntl(2) is lost as soon as the
   * process closes any descriptor of the file.
   */
  private static boolean isLocked(Descriptor opened) throws LinuxException {
    long result = SystemCall.invoke(Call.FLOCK, opened.raw(), EXCLUSIVE_NOW);
    if (Errno.EAGAIN.is(result)) {
      return false;
    }
    LinuxException.check("flock", result);
    return true;
  }

  /** The holder before may have removed the file between our open and our lock. */
  private static boolean isStillAt(Path file, Descriptor opened) throws LinuxException {
    try (Descriptor there = Descriptor.open(file, OpenFlag.PATH | OpenFlag.NO_FOLLOW, 0)) {
      FileStatus found = there.status();
      FileStatus own = opened.status();
      return found.device() == own.device() && found.inode() == own.inode();
    } catch (LinuxException gone) {
      if (gone.is(Errno.ENOENT)) {
        return false;
      }
      throw gone;
    }
  }

  /** The instance's ids. */
  public UidRange range() {
    return range;
  }

  @Override
  public void close() throws IOException {
    if (held.isOpen()) {
      Files.deleteIfExists(file);
      held.close();
    }
  }
}
