// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.portunus.abi.log.LogText;
import org.portunus.security.sandbox.limits.CgroupSite;
import org.portunus.security.sandbox.limits.UidRange;
import org.portunus.security.sandbox.machine.Finding;
import org.portunus.security.sandbox.machine.Machine;
import org.portunus.security.sandbox.machine.MachineFacts;
import org.portunus.tool.terminal.Table;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.terminal.Terminal.Colour;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tells what this machine has, what it lacks and what is weaker for it. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Tells what this machine has, what it lacks, what is weaker for it and what root would add;",
      "and what enforces each limit of a task here; then whether the instance is well.",
      "Exit status 3 when something is missing without which no task starts."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ./portunus doctor", "  ./portunus doctor --json - | jq .usable"})
final class DoctorVerb implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private RunOption run = new RunOption();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write JSON to FILE; - is standard output, without the table")
  private Optional<String> json = Optional.empty();

  DoctorVerb(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    MachineFacts facts = MachineFacts.probe();
    List<Finding> findings = Machine.examine(facts, UidRange.RESERVED);
    List<LimitEnforcement> limits = LimitEnforcement.of(CgroupSite.here(facts.uid()).version());
    InstanceHealth instance = InstanceHealth.of(run.folder());
    if (json.isPresent()) {
      ObjectNode report = report(findings, limits);
      instance.addTo(report);
      JsonReport.write(terminal, json.get(), report);
    }
    if (!json.equals(Optional.of(JsonReport.STANDARD_OUTPUT))) {
      print(terminal, findings, limits);
      instance.print(terminal);
    }
    return status(findings).number();
  }

  static ExitStatus status(List<Finding> findings) {
    return findings.stream().anyMatch(finding -> finding.state() == Finding.State.MISSING)
        ? ExitStatus.MACHINE_LACKS
        : ExitStatus.FINE;
  }

  static void print(Terminal terminal, List<Finding> findings, List<LimitEnforcement> limits) {
    Table needs = Table.of("state", "what", "found", "needed");
    for (Finding finding : findings) {
      needs.add(
          colour(finding.state()),
          word(finding.state()),
          finding.name(),
          finding.found(),
          finding.needed());
    }
    needs.print(terminal);
    findings.stream()
        .filter(finding -> finding.state() != Finding.State.OK)
        .forEach(finding -> explain(terminal, finding));
    terminal.out().println();
    Table table = Table.of("limit", "enforced here by", "at the limit", "weaker");
    for (LimitEnforcement limit : limits) {
      table.add(limit.key(), limit.enforcedBy(), limit.atLimit(), limit.weaker());
    }
    table.print(terminal);
    terminal.out().println();
    terminal.out().println(verdict(findings));
  }

  private static void explain(Terminal terminal, Finding finding) {
    terminal.out().println();
    String head = finding.name() + " is " + word(finding.state());
    terminal.out().println(terminal.paint(colour(finding.state()), LogText.escape(head)));
    line(terminal, "instead: ", finding.replacement());
    line(terminal, "weaker:  ", finding.weaker());
    line(terminal, "to add:  ", finding.remedy());
  }

  private static void line(Terminal terminal, String label, String text) {
    if (!text.isEmpty()) {
      terminal.out().println("  " + label + LogText.escape(text));
    }
  }

  private static String verdict(List<Finding> findings) {
    if (status(findings) != ExitStatus.FINE) {
      return "Portunus can't run here: add what is missing.";
    }
    return findings.stream().allMatch(finding -> finding.state() == Finding.State.OK)
        ? "Portunus runs here with every layer."
        : "Portunus runs here, weaker as told above.";
  }

  private static String word(Finding.State state) {
    return switch (state) {
      case OK -> "ok";
      case WEAKER -> "weaker";
      case MISSING -> "missing";
    };
  }

  private static Colour colour(Finding.State state) {
    return switch (state) {
      case OK -> Colour.GREEN;
      case WEAKER -> Colour.YELLOW;
      case MISSING -> Colour.RED;
    };
  }

  static ObjectNode report(List<Finding> findings, List<LimitEnforcement> limits) {
    ObjectNode report = JsonReport.object();
    report.put("usable", status(findings) == ExitStatus.FINE);
    ArrayNode needs = report.putArray("needs");
    for (Finding finding : findings) {
      needs
          .addObject()
          .put("name", finding.name())
          .put("state", word(finding.state()))
          .put("found", finding.found())
          .put("needed", finding.needed())
          .put("replacement", finding.replacement())
          .put("weaker", finding.weaker())
          .put("remedy", finding.remedy());
    }
    ArrayNode rows = report.putArray("limits");
    for (LimitEnforcement limit : limits) {
      rows.addObject()
          .put("limit", limit.key())
          .put("enforcedBy", limit.enforcedBy())
          .put("atLimit", limit.atLimit())
          .put("weaker", limit.weaker());
    }
    return report;
  }
}
