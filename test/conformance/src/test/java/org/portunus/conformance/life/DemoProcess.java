// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.portunus.tool.instance.Installation;

/** The demo as ./portunus starts it, as a child of this process. */
final class DemoProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final List<String> lines = new ArrayList<>();

  private DemoProcess(Process process) {
    this.process = process;
    this.out = process.inputReader();
  }

  static DemoProcess start(String... arguments) throws IOException {
    return start(LifeInstance.installation(), List.of(), arguments);
  }

  /**
   * Starts the demo of an installation.
   *
   * @param options more of them for its virtual machine
   */
  static DemoProcess start(Installation installation, List<String> options, String... arguments)
      throws IOException {
    Path dist = installation.dist();
    List<String> command =
        new ArrayList<>(
            List.of(
                installation.jdk().resolve("bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=org.portunus.linux",
                "--illegal-native-access=deny",
                "-Dportunus.dist=" + dist,
                "-p",
                "%1$s/demo:%1$s/tool:%1$s/system/task:%1$s/system/kernel:%1$s/system/launchd"
                    .formatted(dist)));
    command.addAll(options);
    command.addAll(
        List.of("-m", "portunus.example.inspector.demo/portunus.example.inspector.demo.Demo"));
    command.addAll(List.of(arguments));
    return new DemoProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  long pid() {
    return process.pid();
  }

  /** Reads to the first line for which it holds. */
  void readTo(Predicate<String> last) {
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (last.test(line)) {
          return;
        }
      }
      throw new AssertionError("the demo ended before: " + tail());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Reads to the end, and gives the exit status. */
  int awaitEnd() throws Exception {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
    }
    if (!process.waitFor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the demo did not end: " + tail());
    }
    return process.exitValue();
  }

  List<String> lines() {
    return lines;
  }

  private List<String> tail() {
    return lines.subList(Math.max(0, lines.size() - 20), lines.size());
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    out.close();
  }
}
