// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.id.EventId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogText;
import org.portunus.tool.terminal.Table;
import org.portunus.tool.terminal.Terminal;
import org.portunus.tool.terminal.Terminal.Colour;
import org.portunus.tool.why.EventHistory;
import org.portunus.tool.why.RecordedEvent;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Events and what led to them, for people and as JSON. */
record WhyReport(EventHistory history) {
  private static final Set<String> KNOWN = Set.of(LogEvent.ID, LogEvent.CAUSE);

  /** What a verb shows. */
  interface Shown {
    void print(Terminal terminal);

    ObjectNode json();
  }

  /** A list of events. */
  Shown list(List<RecordedEvent> events) {
    return new Listed(history, events);
  }

  /** One event with all that led to it, and perhaps all that followed. */
  Shown chain(RecordedEvent of, boolean effects) {
    return new Chain(history, of, effects ? Optional.of(history.effects(of)) : Optional.empty());
  }

  private record Listed(EventHistory history, List<RecordedEvent> events) implements Shown {
    @Override
    public void print(Terminal terminal) {
      if (events.isEmpty()) {
        terminal.out().println("no events");
      } else {
        table(events).print(terminal);
      }
      printDamage(terminal, history);
    }

    @Override
    public ObjectNode json() {
      ObjectNode report = JsonReport.object();
      putAll(report.putArray("events"), events);
      return report.put("damagedLines", history.damaged());
    }
  }

  private static Table table(List<RecordedEvent> events) {
    Table table = Table.of("event", "when", "what", "job", "why");
    for (RecordedEvent each : events) {
      table.add(
          each.id().toString(),
          each.line().time().utc().toString(),
          each.name(),
          each.event().fields().getOrDefault("label", "-"),
          each.reason());
    }
    return table;
  }

  private static void printDamage(Terminal terminal, EventHistory history) {
    if (history.damaged() > 0) {
      terminal
          .err()
          .println("portunus: why: lines of the log that can't be read: " + history.damaged());
    }
  }

  private record Chain(
      EventHistory history, RecordedEvent of, Optional<List<RecordedEvent>> effects)
      implements Shown {

    /** A step of the walk back: an event, and how far its line is moved in. */
    private record Step(EventId id, int depth, String word) {}

    @Override
    public void print(Terminal terminal) {
      Deque<Step> open = new ArrayDeque<>(List.of(new Step(of.id(), 0, "")));
      Set<EventId> shown = new HashSet<>();
      while (!open.isEmpty()) {
        Step step = open.removeFirst();
        List<EventId> causes = print(terminal, step, shown.add(step.id()));
        int depth = causes.size() > 1 ? step.depth() + 1 : step.depth();
        for (EventId cause : causes.reversed()) {
          open.addFirst(new Step(cause, depth, "because "));
        }
      }
      for (ErrorCode code : errors()) {
        terminal.out().println("fix (" + code.dotted() + "): " + code.fix());
      }
      effects.ifPresent(found -> {
        terminal.out().println();
        if (found.isEmpty()) {
          terminal.out().println("nothing followed from it");
        } else {
          terminal.out().println(terminal.paint(Colour.BOLD, "what followed"));
          table(found).print(terminal);
        }
      });
      printDamage(terminal, history);
    }

    private List<EventId> print(Terminal terminal, Step step, boolean isNew) {
      String indent = "  ".repeat(step.depth());
      Optional<RecordedEvent> found = history.find(step.id());
      if (found.isEmpty()) {
        terminal
            .out()
            .println(
                indent + step.word() + step.id() + ", which is not in the log: left out, or gone");
        return List.of();
      }
      RecordedEvent event = found.get();
      String head = terminal.paint(Colour.BOLD, event.name()) + " " + event.id();
      terminal.out().println(indent + step.word() + head + (isNew ? "" : " (above)"));
      if (!isNew) {
        return List.of();
      }
      String task = event.line().task().map(id -> "[" + id + "]").orElse("");
      print(terminal, indent, "when", event.line().time().toString());
      print(terminal, indent, "who", event.line().source() + task);
      event
          .event()
          .fields()
          .forEach((key, value) -> {
            if (!KNOWN.contains(key) && !value.isEmpty()) {
              print(terminal, indent, key, value);
            }
          });
      return event.event().causes();
    }

    private static void print(Terminal terminal, String indent, String key, String value) {
      terminal.out().println("%s    %-10s %s".formatted(indent, key, LogText.escape(value)));
    }

    private Set<ErrorCode> errors() {
      Set<ErrorCode> codes = new LinkedHashSet<>();
      history.causes(of).forEach(each -> each.error().ifPresent(codes::add));
      return codes;
    }

    @Override
    public ObjectNode json() {
      ObjectNode report = JsonReport.object();
      report.put("event", of.id().toString());
      List<RecordedEvent> chain = history.causes(of);
      putAll(report.putArray("chain"), chain);
      Set<EventId> missing = new LinkedHashSet<>();
      chain.forEach(each -> missing.addAll(each.event().causes()));
      missing.removeIf(id -> history.find(id).isPresent());
      ArrayNode left = report.putArray("missing");
      missing.forEach(id -> left.add(id.toString()));
      effects.ifPresent(found -> putAll(report.putArray("effects"), found));
      return report.put("damagedLines", history.damaged());
    }
  }

  private static void putAll(ArrayNode array, List<RecordedEvent> events) {
    events.forEach(each -> put(array.addObject(), each));
  }

  private static void put(ObjectNode object, RecordedEvent event) {
    object.put("event", event.id().toString());
    object.put("name", event.name());
    object.put("time", event.line().time().utc().toString());
    object.put("monotonicNanos", event.line().time().monotonicNanos());
    object.put("source", event.line().source());
    event.line().task().ifPresent(task -> object.put("task", task.toString()));
    ArrayNode causes = object.putArray("causes");
    event.event().causes().forEach(id -> causes.add(id.toString()));
    ObjectNode fields = object.putObject("fields");
    event
        .event()
        .fields()
        .forEach((key, value) -> {
          if (!KNOWN.contains(key)) {
            fields.put(key, value);
          }
        });
    event
        .error()
        .ifPresent(code -> {
          object.put("error", code.dotted());
          object.put("fix", code.fix());
        });
  }
}
