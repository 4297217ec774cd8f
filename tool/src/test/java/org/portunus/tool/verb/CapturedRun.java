// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.portunus.tool.terminal.Terminal;

/** One run of the command line and what it wrote. */
record CapturedRun(int status, String out, String err) {
  static CapturedRun of(String... arguments) {
    return of(Terminal.Colours.OFF, arguments);
  }

  /** What is printed to a terminal without colours. */
  static String printing(Consumer<Terminal> printer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    printer.accept(new Terminal(stream, stream, Terminal.Colours.OFF));
    return out.toString(StandardCharsets.UTF_8);
  }

  static CapturedRun of(Terminal.Colours colours, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            colours);
    int status = CommandLineParser.run(terminal, arguments);
    return new CapturedRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
