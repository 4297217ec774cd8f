// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.machine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.portunus.abi.time.Patience;
import org.portunus.linux.landlock.Ruleset;
import org.portunus.linux.process.ThisProcess;

/**
 * What this machine says of itself: read once, changed by nothing here.
 *
 * @param root where {@code /proc}, {@code /sys} and {@code /etc} are found
 * @param uid effective uid of the caller
 * @param landlock ABI version, 0 without Landlock
 * @param bubblewrap path of the program, if one was found
 * @param bubblewrapVersion what {@code bwrap --version} says, empty if it can't run
 * @param trial what a bubblewrap with all namespaces said, empty when it worked
 */
public record MachineFacts(
    Path root,
    int uid,
    int landlock,
    Optional<Path> bubblewrap,
    String bubblewrapVersion,
    String trial) {
  private static final List<Path> PROGRAMS =
      List.of(Path.of("/usr/bin/bwrap"), Path.of("/usr/local/bin/bwrap"), Path.of("/bin/bwrap"));
  private static final int MOST = 8192;
  private static final Duration PATIENCE = Patience.ofThisProcess().of(Duration.ofSeconds(10));

  /** Asks the machine; runs bubblewrap twice. */
  public static MachineFacts probe() throws IOException {
    Optional<Path> bubblewrap = PROGRAMS.stream().filter(Files::isExecutable).findFirst();
    String version = "";
    String trial = "";
    if (bubblewrap.isPresent()) {
      String program = bubblewrap.get().toString();
      version = run(List.of(program, "--version")).output();
      Result result =
          run(
              List.of(
                  program,
                  "--unshare-all",
                  "--unshare-user",
                  "--disable-userns",
                  "--die-with-parent",
                  "--as-pid-1",
                  "--ro-bind",
                  "/",
                  "/",
                  "--",
                  "/bin/true"));
      trial = result.code() == 0 ? "" : "exit " + result.code() + ": " + result.output();
    }
    return new MachineFacts(
        Path.of("/"), ThisProcess.effectiveUid(), Ruleset.abi(), bubblewrap, version, trial);
  }

  private record Result(int code, String output) {}

  private static Result run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Result(-1, "no end within " + PATIENCE.toSeconds() + " s");
      }
      String output =
          new String(process.getInputStream().readNBytes(512), StandardCharsets.UTF_8).strip();
      return new Result(process.exitValue(), output);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running " + command.getFirst(), interrupt);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The stripped content of a file below the root; empty when there is none or it is refused. */
  Optional<String> read(String path) throws IOException {
    try {
      // In one read: a second one of a number in /proc/sys gets nothing.
      try (InputStream file = Files.newInputStream(root.resolve(path))) {
        return Optional.of(new String(file.readNBytes(MOST), StandardCharsets.UTF_8).strip());
      }
    } catch (NoSuchFileException | AccessDeniedException absent) {
      return Optional.empty();
    }
  }
}
