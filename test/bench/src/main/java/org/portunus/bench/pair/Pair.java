// SPDX-License-Identifier: Apache-2.0
package org.portunus.bench.pair;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Two running processes that do what they are told, and are stopped in between. */
final class Pair implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final String name;
  private final Process caller;
  private final BufferedReader results;
  private final Writer requests;
  private final List<String> pids = new CopyOnWriteArrayList<>();

  private Pair(String name, Process caller) {
    this.name = name;
    this.caller = caller;
    this.results = caller.inputReader(StandardCharsets.US_ASCII);
    this.requests = caller.outputWriter(StandardCharsets.US_ASCII);
  }

  /** Starts the pair. */
  static Pair start(String name, List<String> command) throws IOException {
    return new Pair(
        name, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Waits until the two have met, and stops them. */
  void meet() throws IOException {
    pids.addAll(List.of(line().split(" ")));
    signal("STOP");
  }

  private String line() throws IOException {
    FutureTask<String> reading = new FutureTask<>(() -> results.readLine() + "");
    Thread.ofPlatform().daemon().name("reads " + name).start(reading);
    try {
      String line = reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line.equals("null")) {
        throw new IOException(name + " ended");
      }
      return line;
    } catch (TimeoutException e) {
      throw new IOException(name + " said nothing in " + PATIENCE_SECONDS + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(name + " can't be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Has it warm up. */
  void warm(int count) throws IOException {
    if (count > 0) {
      String _ = order("warm " + count);
    }
  }

  /** Has it do a round; the figures. */
  long[] run(int count) throws IOException {
    String figures = order("run " + count);
    try {
      return Arrays.stream(figures.split(" ")).mapToLong(Long::parseLong).toArray();
    } catch (NumberFormatException e) {
      throw new IOException(name + " said \"" + figures + "\"", e);
    }
  }

  private String order(String order) throws IOException {
    signal("CONT");
    requests.write(order + "\n");
    requests.flush();
    String answer = line();
    signal("STOP");
    return answer;
  }

  private void signal(String signal) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/kill", "-" + signal));
    command.addAll(pids);
    try {
      int status =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (status != 0) {
        throw new IOException("a process of " + name + " has ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> below = caller.descendants().toList();
    try {
      if (!pids.isEmpty()) {
        signal("KILL");
      }
    } catch (IOException gone) {
      below.forEach(ProcessHandle::destroyForcibly);
    }
    below.forEach(ProcessHandle::destroyForcibly);
    caller.destroyForcibly();
  }
}
