// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.debug.TaskDebugger;

/**
 * A new file that only its owner may read: what is in a task's memory may be secret. Removed when
 * it is closed before it is complete.
 */
final class CaptureFile extends FilterOutputStream {
  private final Path path;
  private boolean complete;

  private CaptureFile(Path path, OutputStream out) {
    super(out);
    this.path = path;
  }

  /**
   * Makes it.
   *
   * @throws PortunusException USAGE if there is such a file
   */
  static CaptureFile create(Path path) throws IOException {
    try {
      return new CaptureFile(
          path,
          Channels.newOutputStream(
              Files.newByteChannel(
                  path,
                  Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")))));
    } catch (FileAlreadyExistsException there) {
      throw new PortunusException(ErrorCode.USAGE, path + " is there already", there);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
  }

  /** Adds what a task has taken, and no more than it may have. */
  void add(TaskDebugger task) throws IOException {
    long total = 0;
    for (byte[] part = task.next(); part.length > 0; part = task.next()) {
      total += part.length;
      if (total > TaskDebugger.MOST) {
        throw new PortunusException(
            ErrorCode.PROTOCOL, "the task gives more than " + TaskDebugger.MOST + " bytes");
      }
      write(part);
    }
    if (total == 0) {
      throw new PortunusException(ErrorCode.PROTOCOL, "the task gives nothing");
    }
  }

  /** Everything is written; its size. */
  long complete() throws IOException {
    flush();
    complete = true;
    return Files.size(path);
  }

  @Override
  public void close() throws IOException {
    super.close();
    if (!complete) {
      Files.deleteIfExists(path);
    }
  }
}
