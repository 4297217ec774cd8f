// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.List;
import org.portunus.system.xpc.description.Effect;
import org.portunus.tool.evolution.Change;
import org.portunus.tool.evolution.Change.Verdict;
import org.portunus.tool.terminal.Table;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.terminal.Terminal.Colour;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The changes between two versions of interfaces, for people and as JSON. */
record CheckReport(List<Change> changes) {
  void print(Terminal terminal) {
    if (changes.isEmpty()) {
      terminal.out().println("no change: old and new work together");
      return;
    }
    Table table =
        Table.of(
            "verdict", "old client, new service", "new client, old service", "where", "change");
    for (Change change : changes) {
      table.add(
          change.verdict() == Verdict.COMPATIBLE ? Colour.GREEN : Colour.RED,
          change.verdict() == Verdict.COMPATIBLE ? "compatible" : "incompatible",
          word(change.oldClient()),
          word(change.newClient()),
          change.service() + " " + change.path(),
          change.text());
    }
    table.print(terminal);
  }

  ObjectNode json() {
    ObjectNode report = JsonReport.object();
    report.put("compatible", changes.stream().allMatch(c -> c.verdict() == Verdict.COMPATIBLE));
    ArrayNode rows = report.putArray("changes");
    for (Change change : changes) {
      rows.addObject()
          .put("service", change.service())
          .put("where", change.path())
          .put("change", change.text())
          .put("oldClient", word(change.oldClient()))
          .put("newClient", word(change.newClient()))
          .put("compatible", change.verdict() == Verdict.COMPATIBLE);
    }
    return report;
  }

  private static String word(Effect effect) {
    return switch (effect) {
      case WORKS -> "works";
      case DEFAULTED -> "default";
      case LEFT_OUT -> "left out";
      case FAILS_WHEN_USED -> "error when used";
      case REFUSED -> "refused";
    };
  }
}
