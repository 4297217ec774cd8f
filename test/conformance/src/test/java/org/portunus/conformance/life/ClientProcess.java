// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.portunus.tool.instance.Installation;

/** A {@link ClientMain} as a child of this process. */
final class ClientProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private List<String> tasks = List.of();

  private ClientProcess(Process process) {
    this.process = process;
    this.out = process.inputReader();
  }

  static ClientProcess start(LifeInstance instance, String service) throws IOException {
    Installation installation = LifeInstance.installation();
    List<String> command =
        List.of(
            installation.jdk().resolve("bin/java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=org.portunus.linux",
            "--illegal-native-access=deny",
            "-p",
            installation.system().resolve("task").toString(),
            "--add-modules",
            "org.portunus.system",
            "-cp",
            ProbeFolder.classes().toString(),
            ClientMain.class.getName(),
            instance.instance().socket().toString(),
            service);
    return new ClientProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** Waits until it holds all that it will, and gives the ids of its tasks. */
  List<String> awaitReady() {
    List<String> words = List.of(line().split(" "));
    if (!words.getFirst().equals("ready")) {
      throw new AssertionError("the client said " + words);
    }
    tasks = words.subList(1, 3);
    return tasks;
  }

  /** The next line that it writes, empty at its end. */
  String line() {
    try {
      String line = out.readLine();
      return line == null ? "" : line;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** The ids of its tasks, once it is ready. */
  List<String> tasks() {
    return tasks;
  }

  /** Ends it as kill -9 does, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    int unusedStatus = process.waitFor();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    out.close();
  }
}
