// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.lang.foreign.Arena;
import org.portunus.linux.arch.Call;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.SystemCall;

/**
 * What execve(2) looks at first. Until Linux 6.8 it copies the arguments before it looks for the
 * file: there an attempt with a wrong address as its arguments does not get to see whether the file
 * is there and allowed.
 */
enum ExecuteOrder {
  ARGUMENTS_FIRST,
  FILE_FIRST;

  /** This kernel's: by a file that does not exist, with a wrong address. */
  static ExecuteOrder here() {
    try (Arena arena = Arena.ofConfined()) {
      long path = arena.allocateFrom("/nowhere/portunus").address();
      return Errno.EFAULT.is(SystemCall.invoke(Call.EXECVE, path, 1, 0))
          ? ARGUMENTS_FIRST
          : FILE_FIRST;
    }
  }
}
