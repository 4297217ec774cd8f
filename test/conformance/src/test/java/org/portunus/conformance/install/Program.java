// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A start script, run as one user sees it.
 *
 * @param script the script or a link to it
 * @param uid who runs it, by setpriv if that is somebody else
 */
public record Program(Path script, int uid) {
  private static final long SECONDS = 90;

  /** What a run came to. */
  public record Run(int status, String out, String err) {
    public Run fine() {
      assertThat(status).as("%s%n%s", out, err).isZero();
      return this;
    }
  }

  public Program as(int other) {
    return new Program(script, other);
  }

  private ProcessBuilder builder(String... arguments) {
    List<String> command = new ArrayList<>();
    if (uid != 0) {
      String id = Integer.toString(uid);
      Collections.addAll(command, "setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups");
    }
    command.add(script.toString());
    Collections.addAll(command, arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  /** Runs it to its end. */
  public Run run(String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile("portunus-out-", "");
    Path err = Files.createTempFile("portunus-err-", "");
    try {
      Process process =
          builder(arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      assertThat(ended).as("%s ended", List.of(arguments)).isTrue();
      return new Run(process.exitValue(), text(out), text(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  /** Starts an instance and waits until it takes connections. */
  public Running start(String... arguments) throws IOException {
    Process process = builder(arguments).redirectErrorStream(true).start();
    BufferedReader out = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.append(line).append('\n');
      if (line.contains(" runs in ")) {
        return new Running(process);
      }
    }
    throw new AssertionError("no instance was started: " + said);
  }

  /** An instance in the foreground of its own process. */
  public record Running(Process process) implements AutoCloseable {
    /** Waits for its end by itself. */
    public int awaitEnd() throws InterruptedException {
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("the instance ended").isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }
  }
}
