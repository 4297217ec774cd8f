// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the answering process of a pair, on its processor, with the options of this one.
 *
 * @param cpu its processor
 */
record JavaProcess(int cpu) {
  /** The command of a Java process of a pair. */
  static List<String> command(int cpu, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("/usr/bin/taskset", "-c", Integer.toString(cpu)));
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx128m", "-XX:-UsePerfData"));
    command.add("--enable-native-access=org.portunus.linux");
    command.addAll(List.of("-p", System.getProperty("jdk.module.path", "")));
    command.addAll(List.of("-m", "org.portunus.bench/org.portunus.bench.call.PairMain"));
    command.addAll(arguments);
    return command;
  }

  Process start(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("serve"));
    all.addAll(List.of(arguments));
    return new ProcessBuilder(command(cpu, all))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
