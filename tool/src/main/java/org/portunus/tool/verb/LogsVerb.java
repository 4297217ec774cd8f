// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;
import org.portunus.abi.log.LogText;
import org.portunus.tool.instance.LogFile;
import org.portunus.tool.instance.RunFolder;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Prints the log of an instance. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the log of an instance.",
      "Lines of level EVENT tell what the system did, OUT and ERR what services wrote.",
      "Control characters are shown as escapes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus logs",
      "  ./portunus logs -f",
      "  ./portunus logs --json | jq 'select(.level==\"EVENT\")'"
    })
final class LogsVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Option(
      names = {"-f", "--follow"},
      description = "go on with what is added, until Ctrl-C")
  private boolean follow;

  @Option(names = "--json", description = "print one JSON object for each line")
  private boolean json;

  LogsVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = run.folder();
    LogFile file = new LogFile(RunFolder.log(folder).orElseThrow(() -> missing(folder)));
    if (follow) {
      file.follow(this::print);
    } else {
      file.read(this::print);
    }
    return ExitStatus.FINE.number();
  }

  private static PortunusException missing(Path folder) {
    return new PortunusException(
        ErrorCode.USAGE, folder + " has no log: no instance was started there (--run DIR)");
  }

  private void print(String raw) {
    Optional<LogLine> line = LogLine.parse(raw);
    if (json) {
      terminal.out().println(JsonReport.line(line.map(LogsVerb::json).orElse(unreadable(raw))));
    } else {
      terminal.out().println(line.map(this::text).orElse(LogText.escape(raw)));
    }
  }

  private String text(LogLine line) {
    String text = line.format();
    return switch (line.level()) {
      case ERROR -> terminal.paint(Terminal.Colour.RED, text);
      case WARN -> terminal.paint(Terminal.Colour.YELLOW, text);
      case EVENT -> terminal.paint(Terminal.Colour.BOLD, text);
      case INFO, OUT, ERR -> text;
    };
  }

  private static ObjectNode json(LogLine line) {
    ObjectNode object = JsonReport.object();
    object.put("time", line.time().utc().toString());
    object.put("monotonicNanos", line.time().monotonicNanos());
    object.put("source", line.source());
    line.task().ifPresent(task -> object.put("task", task.toString()));
    object.put("level", line.level().name());
    object.put("text", line.text());
    if (line.level() == LogLine.Level.EVENT) {
      LogEvent.parse(line.text()).ifPresent(event -> putEvent(object, event));
    }
    return object;
  }

  private static void putEvent(ObjectNode object, LogEvent event) {
    object.put("event", event.name());
    ObjectNode fields = object.putObject("fields");
    event.fields().forEach(fields::put);
  }

  private static ObjectNode unreadable(String raw) {
    return JsonReport.object().put("unreadable", raw);
  }
}
