// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.call;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Two running processes that make round trips on demand, and are stopped in between. */
final class Pair implements AutoCloseable {
  private final String name;
  private final Process caller;
  private final BufferedReader results;
  private final Writer requests;
  private final List<String> pids;
  private final List<long[]> rounds = new ArrayList<>();

  private Pair(String name, Process caller) throws IOException {
    this.name = name;
    this.caller = caller;
    this.results = caller.inputReader(StandardCharsets.US_ASCII);
    this.requests = caller.outputWriter(StandardCharsets.US_ASCII);
    this.pids = List.of(line().split(" "));
    signal("STOP");
  }

  /** Starts the pair; returns when it is warm, and stopped. */
  static Pair start(String name, List<String> command) throws IOException {
    return new Pair(
        name, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  String name() {
    return name;
  }

  private String line() throws IOException {
    String line = results.readLine();
    if (line == null) {
      throw new IOException(name + " ended");
    }
    return line;
  }

  /** Makes the round trips of one round. */
  void round(int calls) throws IOException {
    signal("CONT");
    requests.write(calls + "\n");
    requests.flush();
    rounds.add(Arrays.stream(line().split(" ")).mapToLong(Long::parseLong).toArray());
    signal("STOP");
  }

  private void signal(String signal) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/kill", "-" + signal));
    command.addAll(pids);
    try {
      int status = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IOException("kill -" + signal + " of " + name + " ended with " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** The medians of the rounds at half of the calls, in microseconds, sorted. */
  double[] medians() {
    return rounds.stream().mapToDouble(round -> round[0] / 1000.0).sorted().toArray();
  }

  /** The percentiles of each round, nanoseconds: 50, 90, 99, 99.9, most. */
  List<long[]> rounds() {
    return rounds;
  }

  @Override
  public void close() {
    try {
      signal("KILL");
      caller.waitFor();
    } catch (IOException | InterruptedException gone) {
      caller.destroyForcibly();
    }
  }
}
