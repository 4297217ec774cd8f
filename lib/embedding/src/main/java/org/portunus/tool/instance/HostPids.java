// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.instance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds processes of an instance on the host. Information only: a pid can be another's by now. */
public final class HostPids {
  private static final String NS_PID = "NSpid:";

  private HostPids() {}

  /**
   * The process below this one that has a pid in the pid namespace below the host's.
   *
   * @param above host pid
   */
  public static Optional<ProcessHandle> find(long above, int pid) {
    return ProcessHandle.of(above).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(process -> inner(process.pid()).equals(Integer.toString(pid)))
        .findFirst();
  }

  /** The pid one namespace further in; empty for a process that is gone or in none. */
  private static String inner(long pid) {
    try {
      Path status = Path.of("/proc", Long.toString(pid), "status");
      return Files.readString(status, StandardCharsets.ISO_8859_1)
          .lines()
          .filter(line -> line.startsWith(NS_PID))
          .map(line -> line.substring(NS_PID.length()).strip().split("\\s+"))
          .filter(pids -> pids.length > 1)
          .map(pids -> pids[1])
          .findFirst()
          .orElse("");
    } catch (IOException gone) {
      return "";
    }
  }
}
