// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.io.IOException;
import org.portunus.abi.log.LogText;
import org.portunus.tool.install.InstallOutcome;
import org.portunus.tool.terminal.Terminal;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was done to an installation, for people or as JSON. */
record InstallReport(InstallOutcome outcome) {
  /** Prints it as JSON or as lines; the first line is the verb's own. */
  void print(Terminal terminal, Form form, String first) throws IOException {
    switch (form) {
      case JSON -> JsonReport.write(terminal, JsonReport.STANDARD_OUTPUT, json());
      case TEXT -> {
        terminal.out().println(LogText.escape(first));
        outcome.removed().forEach(id -> terminal.out().println("  removed " + id));
        for (InstallOutcome.Kept kept : outcome.kept()) {
          String line = "  kept " + LogText.escape(kept.what()) + ": " + kept.why();
          terminal.out().println(terminal.paint(Terminal.Colour.YELLOW, line));
        }
      }
    }
  }

  /** How a report is printed. */
  enum Form {
    TEXT,
    JSON
  }

  private ObjectNode json() {
    ObjectNode report = JsonReport.object();
    report.put("prefix", outcome.place().prefix().toString());
    report.put("scope", outcome.place().scope().name());
    report.put("version", outcome.version());
    outcome.versions().forEach(report.putArray("versions")::add);
    outcome.removed().forEach(report.putArray("removed")::add);
    ArrayNode kept = report.putArray("kept");
    outcome
        .kept()
        .forEach(each -> kept.addObject().put("what", each.what()).put("why", each.why()));
    return report;
  }
}
