// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.List;
import java.util.stream.Collectors;
import org.portunus.abi.crash.CrashReport;
import org.portunus.abi.log.LogText;
import org.portunus.tool.terminal.Table;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.terminal.Terminal.Colour;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Crash reports for people and as JSON.
 *
 * @param reports the latest first
 */
record CrashesReport(List<CrashReport> reports) {
  void print(Terminal terminal) {
    if (reports.isEmpty()) {
      terminal.out().println("no crash reports");
      return;
    }
    Table table = Table.of("report", "when", "job", "died of");
    for (CrashReport report : reports) {
      table.add(
          report.name(), report.head().time().toString(), report.head().label(), report.died());
    }
    table.print(terminal);
  }

  void printFull(Terminal terminal) {
    reports.forEach(report -> print(terminal, report));
  }

  private static void print(Terminal terminal, CrashReport report) {
    CrashReport.Head head = report.head();
    line(terminal, "report:    ", report.name());
    line(terminal, "job:       ", head.label() + "[" + head.task() + "], run " + head.runs());
    line(terminal, "died of:   ", report.died());
    line(terminal, "when:      ", head.time() + ", after " + seconds(head.aliveMillis()));
    line(
        terminal,
        "used:      ",
        seconds(head.processorMicros() / 1000)
            + " of processor time, "
            + head.maxRssKiB() / 1024
            + " MiB");
    line(terminal, "identity:  ", head.identity());
    for (CrashReport.Connection connection : report.connections()) {
      line(
          terminal,
          "served:    ",
          "connection "
              + connection.number()
              + " of "
              + connection.label()
              + "["
              + connection.client()
              + "]"
              + calls(connection));
    }
    section(
        terminal,
        "last lines (written by the task)",
        report.output().stream().map(line -> line.level() + " " + line.text()).toList());
    section(terminal, "error report of its Java machine (written by the task)", report.fatal());
    if (report.cut() > 0) {
      terminal.out().println(report.cut() + " lines had no room");
    }
  }

  private static String calls(CrashReport.Connection connection) {
    return connection.calls().isEmpty()
        ? ""
        : connection.calls().stream()
            .map(call -> "call " + call.call() + " (method " + call.method() + ")")
            .collect(Collectors.joining(", ", "; it waited for ", " (told by it)"));
  }

  private static String seconds(long millis) {
    return millis / 1000.0 + " s";
  }

  private static void section(Terminal terminal, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      terminal.out().println();
      terminal.out().println(terminal.paint(Colour.BOLD, title));
      lines.forEach(line -> line(terminal, "  ", line));
    }
  }

  private static void line(Terminal terminal, String label, String text) {
    terminal.out().println(label + LogText.escape(text));
  }

  ObjectNode json() {
    ObjectNode all = JsonReport.object();
    ArrayNode crashes = all.putArray("crashes");
    reports.forEach(report -> putHead(crashes.addObject(), report));
    return all;
  }

  ObjectNode fullJson() {
    ObjectNode one = JsonReport.object();
    for (CrashReport report : reports) {
      putHead(one, report);
      ArrayNode connections = one.putArray("connections");
      for (CrashReport.Connection connection : report.connections()) {
        ObjectNode each = connections.addObject();
        each.put("connection", connection.number())
            .put("client", connection.client().toString())
            .put("clientLabel", connection.label());
        ArrayNode calls = each.putArray("callsToldByClient");
        connection
            .calls()
            .forEach(
                call -> calls.addObject().put("call", call.call()).put("method", call.method()));
      }
      ArrayNode output = one.putArray("toldOutput");
      report
          .output()
          .forEach(line -> output.addObject().put("level", line.level()).put("text", line.text()));
      ArrayNode fatal = one.putArray("toldFatal");
      report.fatal().forEach(fatal::add);
      one.put("cutLines", report.cut());
    }
    return one;
  }

  private static void putHead(ObjectNode object, CrashReport report) {
    CrashReport.Head head = report.head();
    object
        .put("report", report.name())
        .put("task", head.task().toString())
        .put("time", head.time().toString())
        .put("label", head.label())
        .put("identity", head.identity())
        .put("died", report.died())
        .put("exit", head.exit())
        .put("signal", head.signal())
        .put("reason", head.reason())
        .put("run", head.runs())
        .put("aliveMillis", head.aliveMillis())
        .put("processorMicros", head.processorMicros())
        .put("maxRssKiB", head.maxRssKiB());
  }
}
