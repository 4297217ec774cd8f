// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The peers in C: one program, peer.c. */
public record CompiledPeer(Path program) {
  private static final String COMPILER = "/usr/bin/gcc";
  private static final String SOURCE = "peer.c";

  /** What the pair does; peer.c says it. */
  public enum Mode {
    SPIN,
    SOCKET,
    PACKET,
    SILENCE,
    FILE,
    SEAL,
    SEAL_PARTS,
    FAULT
  }

  /** Compiles it; empty where there is no gcc. */
  public static Optional<CompiledPeer> compile(Path folder)
      throws IOException, InterruptedException {
    if (!Files.isExecutable(Path.of(COMPILER))) {
      return Optional.empty();
    }
    Path source = folder.resolve(SOURCE);
    try (InputStream in = CompiledPeer.class.getResourceAsStream(SOURCE)) {
      if (in == null) {
        throw new IOException(SOURCE + " is not in this module");
      }
      long _ = Files.copy(in, source);
    }
    // Not beside the source: shared memory may be mounted without execution.
    Path program = Files.createTempFile("portunus-bench-", ".peer");
    int status =
        new ProcessBuilder(COMPILER, "-O2", "-o", program.toString(), source.toString())
            .inheritIO()
            .start()
            .waitFor();
    return status == 0 ? Optional.of(new CompiledPeer(program)) : Optional.empty();
  }

  /** The command of a pair. */
  public List<String> command(Mode mode, int callerCpu, int serviceCpu) {
    return List.of(
        program.toString(),
        mode.name().toLowerCase(Locale.ROOT).replace('_', '-'),
        Integer.toString(callerCpu),
        Integer.toString(serviceCpu));
  }
}
