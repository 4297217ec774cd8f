// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.tool.instance.RunFolder;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.why.EventHistory;
import org.portunus.tool.why.RecordedEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what led to an event. */
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description = {
      "Tells what led to an event of an instance: from a refusal, kill, crash or limit back to",
      "what it began with, as kernel task, launchd and broker recorded it. Errors have the id of",
      "their event behind them, in brackets. Without EVENT, lists the latest events. Reads the",
      "log in the run folder, also after the end of the instance."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus why                          # the latest refusals, kills, crashes, limits",
      "  ./portunus why event-1234-567890",
      "  ./portunus why --last                   # the latest of them, with what led to it",
      "  ./portunus why --last tutorial.greeter  # the latest of this job",
      "  ./portunus why --effects event-1234-567890",
      "  ./portunus why --last --json - | jq '.chain[].name'"
    })
final class WhyVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "EVENT",
      description = "id of the event, as errors, logs and the list have it")
  private Optional<String> event = Optional.empty();

  @Option(
      names = "--last",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "JOB",
      description = "the latest refusal, kill, crash or limit, of this job or of all")
  private Optional<String> last = Optional.empty();

  @Option(names = "--effects", description = "tell what followed from it, too")
  private boolean effects;

  @Option(names = "--all", description = "list starts, ends and all other events, too")
  private boolean all;

  @Option(
      names = {"-n", "--number"},
      paramLabel = "N",
      description = "how many events to list (default: 20)")
  private int number = 20;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the text")
  private Optional<String> json = Optional.empty();

  WhyVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (event.isPresent() && last.isPresent()) {
      throw new PortunusException(ErrorCode.USAGE, "EVENT and --last name different events");
    }
    if (number < 1) {
      throw new PortunusException(ErrorCode.USAGE, "-n takes 1 or more");
    }
    Optional<EventId> asked = event.map(WhyVerb::parse);
    Path folder = run.folder();
    EventHistory history = EventHistory.read(RunFolder.log(folder).orElseThrow(() -> none(folder)));
    WhyReport report = new WhyReport(history);
    if (asked.isPresent() || last.isPresent()) {
      RecordedEvent about = asked.map(history::get).orElseGet(() -> latest(history));
      show(report.chain(about, effects));
    } else {
      show(report.list(listed(history)));
    }
    return ExitStatus.FINE.number();
  }

  private static EventId parse(String text) {
    try {
      return EventId.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new PortunusException(
          ErrorCode.USAGE, text + " is no event: they look like event-1234-567890", wrong);
    }
  }

  private static PortunusException none(Path folder) {
    return new PortunusException(
        ErrorCode.USAGE, folder + " has no log: no instance was started there (--run DIR)");
  }

  private RecordedEvent latest(EventHistory history) {
    String label = last.orElse("");
    return history.events().stream()
        .filter(RecordedEvent::isNotable)
        .filter(each -> label.isEmpty() || each.isOf(label))
        .reduce((_, later) -> later)
        .orElseThrow(() ->
            new PortunusException(
                ErrorCode.EVENT_UNKNOWN,
                "nothing was refused, killed or limited"
                    + (label.isEmpty() ? "" : " of a job " + label)));
  }

  private List<RecordedEvent> listed(EventHistory history) {
    List<RecordedEvent> found =
        history.events().stream().filter(each -> all || each.isNotable()).toList();
    return found.subList(Math.max(0, found.size() - number), found.size());
  }

  private void show(WhyReport.Shown shown) throws IOException {
    if (json.isPresent()) {
      JsonReport.write(terminal, json.get(), shown.json());
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      shown.print(terminal);
    }
  }
}
