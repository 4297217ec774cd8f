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
import picocli.CommandLine.Parameters;

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
      "  ./portunus ports launchd                         # what one task has, and who has its ports",
      "  ./portunus ports --graph=svg > ports.svg",
      "  ./portunus ports --graph=dot tutorial.greeter | dot -Tpdf > ports.pdf",
      "  ./portunus ports --json - | jq '.names[] | select(.service!=\"\")'"
    })
final class PortsVerb implements Callable<Integer> {
  /** Names change while they are listed: what is asked for is bounded. */
  private static final int MOST_PAGES = 1000;

  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  enum Form {
    TEXT,
    DOT,
    SVG
  }

  @Option(
      names = "--graph",
      arity = "0..1",
      fallbackValue = "TEXT",
      paramLabel = "text|dot|svg",
      description = "who can send to whom, as text, for Graphviz, or drawn")
  private Optional<Form> graph = Optional.empty();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the table")
  private Optional<String> json = Optional.empty();

  @Parameters(
      arity = "0..1",
      paramLabel = "TASK",
      description = "only names of the task of this id or label, and names for its ports")
  private String task = "";

  PortsVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    PortsReport report;
    try (ControlDoor door = ControlDoor.open(run.folder())) {
      report = new PortsReport(all(door.control())).of(task);
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
      return;
    }
    switch (graph.get()) {
      case TEXT -> report.printGraph(terminal);
      case DOT -> report.printDot(terminal);
      case SVG -> PortsPicture.print(report.entries(), terminal.out());
    }
  }
}
