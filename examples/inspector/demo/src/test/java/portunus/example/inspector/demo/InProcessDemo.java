// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The demo over a corpus, with the inspector in its own process. For {@link HostileRun}. */
final class InProcessDemo {
  private InProcessDemo() {}

  /**
   * Runs it and ends the process with its status.
   *
   * @param arguments the corpus and the deadline of a document, such as PT2S
   */
  public static void main(String[] arguments) throws IOException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    DemoRun run =
        new DemoRun(
            Optional.empty(),
            Path.of(arguments[0]),
            Optional.empty(),
            Duration.parse(arguments[1]),
            1,
            new Screen.Plain(out),
            out);
    System.exit(run.run(new InProcess(), Optional.empty()));
  }
}
