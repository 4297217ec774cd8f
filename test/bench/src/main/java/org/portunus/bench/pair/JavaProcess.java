// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java process of a pair; all have the same options.
 *
 * @param cpu its processor
 * @param program what follows the options
 */
public record JavaProcess(int cpu, List<String> program) {
  public JavaProcess {
    program = List.copyOf(program);
  }

  /** From modules. */
  public static JavaProcess ofModule(int cpu, String path, String main, List<String> arguments) {
    List<String> program =
        new ArrayList<>(
            List.of("--enable-native-access=org.portunus.linux", "-p", path, "-m", main));
    program.addAll(arguments);
    return new JavaProcess(cpu, program);
  }

  /** From a class path, with what the libraries of peers ask for. */
  public static JavaProcess ofClasses(int cpu, String path, String main, List<String> arguments) {
    List<String> program =
        new ArrayList<>(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-Dagrona.disable.bounds.checks=true",
                "-cp",
                path,
                main));
    program.addAll(arguments);
    return new JavaProcess(cpu, program);
  }

  /** The whole command. */
  public List<String> command() {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("/usr/bin/taskset", "-c", Integer.toString(cpu)));
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "-Xmn64m", "-XX:-UsePerfData"));
    command.addAll(program);
    return command;
  }

  /** Starts it with its standard output for whoever starts it. */
  public Process start() throws IOException {
    return new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
