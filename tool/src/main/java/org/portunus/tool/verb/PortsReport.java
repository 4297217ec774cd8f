// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.log.LogText;
import org.portunus.interfaces.launchd.PortEntry;
import org.portunus.tool.terminal.Table;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.terminal.Terminal.Colour;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The names of all tasks: as a list, as a graph of who can send to whom, and as JSON. */
record PortsReport(List<PortEntry> entries) {
  private static final String RECEIVE = "RECEIVE";
  private static final String PORT_SET = "PORT_SET";

  /**
   * What one task has to do with.
   *
   * @param task its id or label; empty for all
   * @throws PortunusException USAGE if there is no such task
   */
  PortsReport of(String task) {
    if (task.isEmpty()) {
      return this;
    }
    Set<String> ids =
        entries.stream()
            .filter(entry -> entry.task().equals(task) || entry.label().equals(task))
            .map(PortEntry::task)
            .collect(Collectors.toSet());
    if (ids.isEmpty()) {
      throw new PortunusException(
          ErrorCode.USAGE,
          "no task has this id or label; there are "
              + entries.stream()
                  .map(PortEntry::label)
                  .distinct()
                  .collect(Collectors.joining(", ")));
    }
    return new PortsReport(
        entries.stream()
            .filter(entry -> ids.contains(entry.task()) || ids.contains(entry.receiver()))
            .toList());
  }

  void print(Terminal terminal) {
    Table table =
        Table.of("task", "job", "name", "rights", "sends", "receiver", "queued", "set", "service");
    for (PortEntry entry : entries) {
      table.add(
          entry.task(),
          entry.label(),
          hex(entry.name()),
          String.join(",", entry.rights()) + lacking(entry),
          Integer.toString(entry.sends()),
          entry.receiver().isEmpty() ? "-" : entry.receiver(),
          Integer.toString(entry.queued()),
          entry.set() == 0 ? "-" : hex(entry.set()),
          entry.service().isEmpty() ? "-" : entry.service());
    }
    table.print(terminal);
  }

  /** Each task that receives, its ports and sets, and who can send there. */
  void printGraph(Terminal terminal) {
    Map<String, List<PortEntry>> receivers =
        entries.stream()
            .filter(entry -> has(entry, RECEIVE) || has(entry, PORT_SET))
            .collect(
                Collectors.groupingBy(PortEntry::task, LinkedHashMap::new, Collectors.toList()));
    receivers.forEach((task, own) -> {
      line(terminal, Colour.BOLD, owner(own.getFirst()));
      own.stream()
          .filter(entry -> has(entry, PORT_SET))
          .forEach(set -> terminal.out().println("  set " + hex(set.name())));
      own.stream().filter(entry -> has(entry, RECEIVE)).forEach(port -> printPort(terminal, port));
    });
    Map<String, List<PortEntry>> elsewhere =
        entries.stream()
            .filter(entry -> entry.receiver().equals("kernel"))
            .collect(
                Collectors.groupingBy(
                    PortEntry::receiver, LinkedHashMap::new, Collectors.toList()));
    elsewhere.forEach((_, names) -> {
      line(terminal, Colour.BOLD, "kernel");
      names.forEach(name -> printSender(terminal, name));
    });
  }

  private void printPort(Terminal terminal, PortEntry port) {
    String service = port.service().isEmpty() ? "" : " of " + LogText.escape(port.service());
    String set = port.set() == 0 ? "" : ", in set " + hex(port.set());
    terminal
        .out()
        .println("  port " + hex(port.name()) + service + ": " + port.queued() + " queued" + set);
    entries.stream()
        .filter(entry -> isSender(entry, port))
        .forEach(sender -> printSender(terminal, sender));
  }

  private static boolean isSender(PortEntry entry, PortEntry port) {
    return entry.receiver().equals(port.task())
        && entry.receiverName() == port.name()
        && (has(entry, "SEND") || has(entry, "SEND_ONCE"));
  }

  private static void printSender(Terminal terminal, PortEntry sender) {
    String rights =
        sender.rights().stream()
            .filter(right -> !right.equals(RECEIVE))
            .map(right -> right.equals("SEND") ? "SEND x" + sender.sends() : right)
            .collect(Collectors.joining(","));
    terminal
        .out()
        .println(
            "    <- "
                + LogText.escape(owner(sender))
                + " "
                + hex(sender.name())
                + " "
                + rights
                + lacking(sender));
  }

  private static String lacking(PortEntry entry) {
    return entry.powers().isEmpty() ? "" : " (" + LogText.escape(entry.powers()) + ")";
  }

  private static void line(Terminal terminal, Colour colour, String text) {
    terminal.out().println(terminal.paint(colour, LogText.escape(text)));
  }

  private static String owner(PortEntry entry) {
    return entry.label() + "[" + entry.task() + "]";
  }

  /** For Graphviz: an edge from each task that can send to the task that receives. */
  void printDot(Terminal terminal) {
    terminal.out().println("digraph ports {");
    terminal.out().println("  rankdir=LR;");
    terminal.out().println("  node [shape=box];");
    Map<String, String> tasks = new LinkedHashMap<>();
    entries.forEach(entry -> tasks.putIfAbsent(entry.task(), owner(entry)));
    tasks.put("kernel", "kernel");
    tasks.forEach((task, label) ->
        terminal.out().println("  " + quoted(task) + " [label=" + quoted(label) + "];"));
    for (PortEntry entry : entries) {
      boolean sends = has(entry, "SEND") || has(entry, "SEND_ONCE");
      if (sends && !entry.receiver().isEmpty() && !entry.receiver().equals(entry.task())) {
        String what =
            (entry.service().isEmpty() ? hex(entry.receiverName()) : entry.service())
                + lacking(entry);
        String style = has(entry, "SEND") ? "" : ", style=dashed";
        terminal
            .out()
            .println(
                "  "
                    + quoted(entry.task())
                    + " -> "
                    + quoted(entry.receiver())
                    + " [label="
                    + quoted(what)
                    + style
                    + "];");
      }
    }
    terminal.out().println("}");
  }

  private static String quoted(String text) {
    return '"' + LogText.escape(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static boolean has(PortEntry entry, String right) {
    return entry.rights().contains(right);
  }

  private static String hex(int name) {
    return "0x" + Integer.toHexString(name);
  }

  ObjectNode json() {
    ObjectNode report = JsonReport.object();
    ArrayNode names = report.putArray("names");
    for (PortEntry entry : entries) {
      ObjectNode each = names.addObject();
      each.put("task", entry.task()).put("label", entry.label()).put("name", entry.name());
      ArrayNode rights = each.putArray("rights");
      entry.rights().forEach(rights::add);
      each.put("sends", entry.sends())
          .put("powers", entry.powers())
          .put("receiver", entry.receiver())
          .put("receiverName", entry.receiverName())
          .put("queued", entry.queued())
          .put("set", entry.set())
          .put("service", entry.service());
    }
    return report;
  }
}
