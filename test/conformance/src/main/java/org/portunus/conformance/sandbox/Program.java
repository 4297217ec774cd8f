// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.sandbox;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.portunus.abi.time.Patience;

/**
 * A child program that answers each line with a line. It is killed when it has run too long, and
 * whoever waits for an answer is then told that it ended.
 */
final class Program implements AutoCloseable {
  private static final Patience PATIENCE = Patience.ofThisProcess();
  private static final long LIFE_SECONDS = 200L * PATIENCE.factor();
  private static final long END_SECONDS = 20L * PATIENCE.factor();

  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;
  private final CompletableFuture<Void> watchdog;

  private Program(Process process) {
    this.process = process;
    this.questions = process.outputWriter();
    this.answers = process.inputReader();
    this.watchdog =
        CompletableFuture.runAsync(
            () -> end(process), CompletableFuture.delayedExecutor(LIFE_SECONDS, TimeUnit.SECONDS));
  }

  /** Starts it with this environment and no more. */
  static Program start(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new Program(builder.start());
  }

  long pid() {
    return process.pid();
  }

  /** The answer to a line. */
  String ask(String question) throws IOException {
    questions.write(question);
    questions.newLine();
    questions.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the program ended at: " + question);
    }
    return answer;
  }

  /** With all that it started: a child that holds the pipe would keep the reader waiting. */
  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() throws IOException {
    questions.close();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        end(process);
      }
    } catch (InterruptedException interrupted) {
      end(process);
      Thread.currentThread().interrupt();
    } finally {
      watchdog.cancel(false);
    }
  }
}
