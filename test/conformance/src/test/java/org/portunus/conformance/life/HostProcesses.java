// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An instance's processes as the host sees them. */
final class HostProcesses {
  private HostProcesses() {}

  /** Everything that the process started, directly or not. */
  static List<ProcessHandle> below(long pid) {
    return ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants).toList();
  }

  /** The process below this one whose command line has the word. */
  static Optional<ProcessHandle> withArgument(long above, String word) {
    return below(above).stream()
        .filter(process -> file(process.pid(), "cmdline").contains(word))
        .filter(process -> !file(process.pid(), "cmdline").contains("bwrap"))
        .findFirst();
  }

  private static String file(long pid, String name) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), name));
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  /** Waits until all are gone. */
  static void awaitEnd(List<ProcessHandle> processes) {
    Eventually.until(
        "the end of " + processes, () -> processes.stream().noneMatch(ProcessHandle::isAlive));
  }
}
