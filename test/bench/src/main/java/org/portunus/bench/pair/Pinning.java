// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts processes that run already on a processor. */
public final class Pinning {
  private static final int TRIES = 20;
  private static final Path ALL = Path.of("/sys/devices/system/cpu/online");

  private Pinning() {}

  /** Lets all threads of the process run on every processor. */
  public static void free(long pid) throws IOException, InterruptedException {
    pin(pid, Files.readString(ALL).strip());
  }

  /** All threads of the process. Where one ends meanwhile, taskset stops and is asked again. */
  public static void pin(long pid, String cpu) throws IOException, InterruptedException {
    int status = 1;
    for (int i = 0; i < TRIES && status != 0; i++) {
      status =
          new ProcessBuilder("/usr/bin/taskset", "-a", "-c", "-p", cpu, Long.toString(pid))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
    }
    if (status != 0) {
      throw new IOException("process " + pid + " can't be put on processor " + cpu);
    }
  }
}
