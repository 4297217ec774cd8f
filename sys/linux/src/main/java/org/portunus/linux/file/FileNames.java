// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.file;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.portunus.linux.arch.Call;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall;

/** Removing names from directories. */
public final class FileNames {
  private static final int AT_REMOVEDIR = 0x200;

  private FileNames() {}

  /** Removes a name that is not a directory, unlink(2). */
  public static void unlink(Path path) throws LinuxException {
    remove(path, 0);
  }

  /** Removes an empty directory, rmdir(2). */
  public static void removeDirectory(Path path) throws LinuxException {
    remove(path, AT_REMOVEDIR);
  }

  private static void remove(Path path, int flags) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      LinuxException.check(
          "unlinkat " + path,
          SystemCall.invoke(
              Call.UNLINKAT,
              OpenFlag.CURRENT_DIRECTORY,
              arena.allocateFrom(path.toString()).address(),
              flags));
    }
  }
}
