// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Pipe;

/**
 * A JVM that runs a main of the test classes, for what would bind this JVM for good.
 *
 * @param output what it printed
 */
public record JavaChild(ExitRecord.Outcome outcome, String output) {
  /** Runs the main to its end. */
  public static JavaChild run(Class<?> main) throws LinuxException {
    return run(List.of(), main);
  }

  /** As {@link #run(Class)}, with more options for the JVM. */
  public static JavaChild run(List<String> options, Class<?> main) throws LinuxException {
    Path target = Path.of(System.getProperty("basedir", ""), "target").toAbsolutePath();
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        new ArrayList<>(
            List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                target.resolve("classes") + ":" + target.resolve("test-classes")));
    command.addAll(options);
    command.add(main.getName());
    try (Pipe pipe = Pipe.create();
        Child child =
            Spawn.of(java.toString(), command)
                .environment("LC_ALL", "C")
                .descriptor(pipe.writer(), 1)
                .descriptor(2, 2)
                .start()) {
      pipe.writer().close();
      String text = new String(pipe.reader().readFully(1 << 16), StandardCharsets.UTF_8);
      return new JavaChild(child.await().outcome(), text.strip());
    }
  }
}
