// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many file descriptors this process has open; the count's own is not counted. */
final class OpenDescriptors {
  private static final Path FOLDER = Path.of("/proc/self/fd");

  private OpenDescriptors() {}

  /** The number, or -1 when /proc does not tell. */
  static int count() {
    int count = 0;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(FOLDER)) {
      for (Path _ : open) {
        count++;
      }
      return count - 1;
    } catch (IOException unreadable) {
      return -1;
    }
  }
}
