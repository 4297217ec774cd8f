// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.abi.log.LogText;
import org.portunus.interfaces.launchd.Load;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives the state of an instance to Prometheus. */
@Command(
    name = "metrics",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the state of an instance in the text format of Prometheus, or serves it by HTTP",
      "on a unix socket that only the user can connect to, until Ctrl-C. Series are by job;",
      "at most 200 jobs have their own. What services tell of themselves is named told."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus metrics",
      "  ./portunus metrics --serve /run/portunus/metrics &",
      "  curl --unix-socket /run/portunus/metrics http://portunus/metrics",
      "  ./portunus metrics --json - | jq .jobs"
    })
final class MetricsVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Option(names = "--serve", paramLabel = "SOCKET", description = "serve on this unix socket")
  private Optional<Path> serve = Optional.empty();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the text")
  private Optional<String> json = Optional.empty();

  MetricsVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (serve.isPresent()) {
      serve(serve.get().toAbsolutePath());
      return ExitStatus.FINE.number();
    }
    Load load = look();
    if (json.isPresent()) {
      JsonReport.write(terminal, json.get(), new LoadReport(load, load).json());
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      terminal.out().print(PrometheusText.of(load));
      terminal.out().flush();
    }
    return ExitStatus.FINE.number();
  }

  /** A connection of its own: the instance may be another one by the next look. */
  private Load look() {
    try (ControlDoor door = ControlDoor.open(run.folder())) {
      return door.control().load();
    }
  }

  private void serve(Path socket) throws IOException, InterruptedException {
    try (MetricsDoor door =
        MetricsDoor.open(socket, () -> PrometheusText.of(look()), this::complain)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(door)));
      terminal.out().println("metrics at " + LogText.escape(socket.toString()));
      door.serve();
    }
  }

  private void complain(String what) {
    terminal.err().println("portunus: metrics: " + LogText.escape(what));
  }

  private static void close(MetricsDoor door) {
    try {
      door.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
