// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.Load;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what the tasks of an instance do, again and again. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what the tasks of an instance do: calls a second, processor, memory, ports,",
      "restarts, refusals; each interval anew on a terminal, else as plain text.",
      "Calls pass no place where the kernel could count them: their numbers are what each",
      "service tells of itself, and marked so."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus top",
      "  ./portunus top --once",
      "  ./portunus top --once --json - | jq '.tasks[].toldCallsPerSecond'"
    })
final class TopVerb implements Callable<Integer> {
  private static final Duration ONCE = Duration.ofMillis(250);
  private static final double LEAST_SECONDS = 0.1;
  private static final double MOST_SECONDS = 3600;
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[J";

  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Option(names = "--once", description = "one look, over a quarter of a second")
  private boolean once;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      description = "time between two looks (default: ${DEFAULT-VALUE})")
  private double interval = 1;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = {
        "write JSON to FILE; - is standard output, without the table",
        "(one line for each look; the file has the latest)"
      })
  private Optional<String> json = Optional.empty();

  TopVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(interval >= LEAST_SECONDS && interval <= MOST_SECONDS)) {
      throw new PortunusException(
          ErrorCode.USAGE, "--interval is " + LEAST_SECONDS + " to " + MOST_SECONDS + " seconds");
    }
    Duration pause = once ? ONCE : Duration.ofMillis((long) (interval * 1000));
    try (ControlDoor door = ControlDoor.open(run.folder())) {
      LaunchControl control = door.control();
      Load before = control.load();
      do {
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        Load now = control.load();
        show(new LoadReport(before, now));
        before = now;
      } while (!once);
    }
    return ExitStatus.FINE.number();
  }

  private void show(LoadReport report) throws IOException {
    if (json.equals(Optional.of(JsonReport.STANDARD_OUTPUT)) && !once) {
      terminal.out().println(JsonReport.line(report.json()));
      return;
    }
    if (json.isPresent()) {
      JsonReport.write(terminal, json.get(), report.json());
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      if (!once && terminal.isLive()) {
        terminal.out().print(HOME_AND_CLEAR);
      }
      report.print(terminal);
      terminal.out().flush();
    }
  }
}
