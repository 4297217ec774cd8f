// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.portunus.tool.instance.Installation;

/** A run of the command line as a process of its own. */
record ToolRun(int status, String out, String err) {
  /** Runs a verb to its end. */
  static ToolRun of(Path folder, String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "tool", ".out");
    Path err = Files.createTempFile(folder, "tool", ".err");
    Process process =
        new ProcessBuilder(command(arguments))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still runs: " + List.of(arguments));
    }
    return new ToolRun(process.exitValue(), read(out), read(err));
  }

  /** Runs a verb on this instance to its end. */
  static ToolRun of(LifeInstance instance, String... arguments)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("tool");
    try {
      List<String> all = new ArrayList<>(List.of(arguments));
      all.addAll(
          List.of(
              "--run", String.valueOf(instance.instance().socket().toAbsolutePath().getParent())));
      return of(folder, all.toArray(String[]::new));
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  /** The command line of a verb. */
  static List<String> command(String... arguments) {
    Installation installation = LifeInstance.installation();
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
                "%1$s/tool:%1$s/system/task:%1$s/system/kernel:%1$s/system/launchd".formatted(dist),
                "-m",
                "org.portunus.tool/org.portunus.tool.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
