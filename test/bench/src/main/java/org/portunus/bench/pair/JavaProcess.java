// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.portunus.linux.memory.StreamCopy;

/**
 * A Java process of a pair; all have the same options.
 *
 * @param cpu its processor
 * @param settings of its environment, beside what it inherits
 * @param program what follows the options
 */
public record JavaProcess(int cpu, List<String> settings, List<String> program) {
  public JavaProcess {
    settings = List.copyOf(settings);
    program = List.copyOf(program);
  }

  /** From modules, with the environment that services of an instance have. */
  public static JavaProcess ofModule(int cpu, String path, String main, List<String> arguments) {
    List<String> program =
        new ArrayList<>(
            List.of("--enable-native-access=org.portunus.linux", "-p", path, "-m", main));
    program.addAll(arguments);
    return new JavaProcess(cpu, List.of(StreamCopy.VARIABLE + "=" + StreamCopy.VALUE), program);
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
    return new JavaProcess(cpu, List.of(), program);
  }

  /** The whole command. */
  public List<String> command() {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("/usr/bin/taskset", "-c", Integer.toString(cpu)));
    command.add("/usr/bin/env");
    command.addAll(settings);
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
