// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.interfaces.launchd.LaunchControl;
import org.portunus.interfaces.launchd.PortEntry;
import org.portunus.interfaces.launchd.PortPage;
import org.portunus.tool.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the ports and port sets of an instance, and who has which right to them. */
@Command(
    name = "ports",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the names that tasks have for ports and port sets, with their rights, as the",
      "kernel knows them; or the graph of who can send to whom."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./portunus ports",
      "  ./portunus ports --graph",
      "  ./portunus ports --graph=dot | dot -Tsvg > ports.svg",
      "  ./portunus ports --json - | jq '.names[] | select(.service!=\"\")'"
    })
final class PortsVerb implements Callable<Integer> {
  /** Names change while they are listed: what is asked for is bounded. */
  private static final int MOST_PAGES = 1000;

  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  enum Form {
    TEXT,
    DOT
  }

  @Option(
      names = "--graph",
      arity = "0..1",
      fallbackValue = "TEXT",
      paramLabel = "text|dot",
      description = "who can send to whom, as text or for Graphviz")
  private Optional<Form> graph = Optional.empty();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the table")
  private Optional<String> json = Optional.empty();

  PortsVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    PortsReport report;
    try (ControlDoor door = ControlDoor.open(run.folder())) {
      report = new PortsReport(all(door.control()));
    }
    if (json.isPresent()) {
      JsonReport.write(terminal, json.get(), report.json());
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      print(report);
    }
    return ExitStatus.FINE.number();
  }

  private static List<PortEntry> all(LaunchControl control) {
    List<PortEntry> all = new ArrayList<>();
    PortPage page;
    int pages = 0;
    do {
      page = control.ports(all.size());
      all.addAll(page.entries());
      pages++;
    } while (page.more() && pages < MOST_PAGES);
    return all;
  }

  private void print(PortsReport report) {
    if (graph.isEmpty()) {
      report.print(terminal);
    } else if (graph.get() == Form.DOT) {
      report.printDot(terminal);
    } else {
      report.printGraph(terminal);
    }
  }
}
