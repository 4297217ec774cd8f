// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.FileStatus;

/**
 * Who may say what runs: the folder of jobs and each file in it belong to root or to whoever starts
 * the instance, and nobody else may write them. Launchd can't see this from inside its user
 * namespace, where other owners all look alike; the broker can.
 *
 * <p>Links are refused: their target could be anybody's.
 */
final class JobOwners {
  private static final int ROOT = 0;
  private static final int WRITABLE_BY_OTHERS = 0x12;
  private static final int FLAGS = OpenFlag.PATH | OpenFlag.NO_FOLLOW;

  private JobOwners() {}

  /**
   * Checks the folder and what is in it.
   *
   * @param starter uid of whoever starts the instance
   * @throws PortunusException DENIED naming the file and what is wrong with it
   */
  static void check(Path jobs, int starter) throws IOException {
    checkOne(jobs, starter);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(jobs)) {
      for (Path file : files) {
        checkOne(file, starter);
      }
    }
  }

  private static void checkOne(Path file, int starter) throws IOException {
    if (Files.isSymbolicLink(file)) {
      throw new PortunusException(ErrorCode.DENIED, file + " is a link; put the file itself there");
    }
    try (Descriptor opened = Descriptor.open(file, FLAGS, 0)) {
      FileStatus status = opened.status();
      if (status.uid() != ROOT && status.uid() != starter) {
        throw new PortunusException(
            ErrorCode.DENIED,
            file + " belongs to uid " + status.uid() + ", not to root or " + starter);
      }
      if ((status.permissions() & WRITABLE_BY_OTHERS) != 0) {
        throw new PortunusException(
            ErrorCode.DENIED, file + " may be written by others; chmod go-w " + file);
      }
    }
  }
}
