// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.portunus.interfaces.launchd.Status;
import org.portunus.tool.instance.PrivateInstance;

/** Proportional set sizes of an instance's tasks, in bytes. */
record Pss(PrivateInstance instance) {
  long ofKernel() throws IOException {
    return of(instance.kernelPid());
  }

  long ofTask(Status status, String task) throws IOException {
    int inside =
        status.instance().counts().tasks().stream()
            .filter(counted -> counted.task().equals(task))
            .findFirst()
            .orElseThrow()
            .pid();
    return of(instance.process(inside).orElseThrow().pid());
  }

  private static long of(long pid) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup"));
    return lines.stream()
        .filter(line -> line.startsWith("Pss:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .sum();
  }
}
