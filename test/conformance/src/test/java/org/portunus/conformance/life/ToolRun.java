// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.portunus.tool.instance.Installation;

/** A verb of the command line in a process of its own, as a user runs it. */
record ToolRun(int status, String out, String err) {
  /** Runs it on this instance to its end. */
  static ToolRun of(LifeInstance instance, String... arguments)
      throws IOException, InterruptedException {
    Installation installation = LifeInstance.installation();
    Path tool = installation.system().resolveSibling("tool");
    List<String> command =
        new ArrayList<>(
            List.of(
                installation.jdk().resolve("bin/java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=org.portunus.linux",
                "--illegal-native-access=deny",
                "-p",
                tool
                    + ":"
                    + installation.system().resolve("task")
                    + ":"
                    + installation.system().resolve("kernel")
                    + ":"
                    + installation.system().resolve("launchd"),
                "-m",
                "org.portunus.tool/org.portunus.tool.Main"));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "--run", String.valueOf(instance.instance().socket().toAbsolutePath().getParent())));
    Process process = new ProcessBuilder(command).start();
    process.getOutputStream().close();
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(
            () -> String.join("\n", process.errorReader().lines().toList()));
    String out = String.join("\n", process.inputReader().lines().toList());
    return new ToolRun(process.waitFor(), out, err.join());
  }
}
