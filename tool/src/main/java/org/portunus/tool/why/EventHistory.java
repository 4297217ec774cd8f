// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.why;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.log.LogLine;
import org.portunus.tool.instance.LogFile;

/** The events of a log, by their ids. */
public final class EventHistory {
  private final Path log;
  private final Map<EventId, RecordedEvent> events = new LinkedHashMap<>();
  private final Map<EventId, List<EventId>> effects = new HashMap<>();
  private long damaged;

  private EventHistory(Path log) {
    this.log = log;
  }

  /** Reads the log once, to where it ends now. */
  public static EventHistory read(Path log) throws IOException {
    EventHistory history = new EventHistory(log);
    new LogFile(log).read(history::add);
    return history;
  }

  private void add(String raw) {
    try {
      LogLine line = LogLine.parse(raw).orElseThrow(() -> new IllegalArgumentException(raw));
      RecordedEvent.of(line).ifPresent(this::add);
    } catch (IllegalArgumentException unreadable) {
      damaged++;
    }
  }

  /** An id is given once: who repeats one is not believed. */
  private void add(RecordedEvent recorded) {
    if (events.putIfAbsent(recorded.id(), recorded) != null) {
      damaged++;
      return;
    }
    for (EventId cause : recorded.event().causes()) {
      effects.computeIfAbsent(cause, _ -> new ArrayList<>()).add(recorded.id());
    }
  }

  /** In the order of the log. */
  public Collection<RecordedEvent> events() {
    return events.values();
  }

  /** How many lines could not be read. */
  public long damaged() {
    return damaged;
  }

  public Optional<RecordedEvent> find(EventId id) {
    return Optional.ofNullable(events.get(id));
  }

  /**
   * The event of this id.
   *
   * @throws PortunusException EVENT_UNKNOWN, saying what is known of it
   */
  public RecordedEvent get(EventId id) {
    return find(id)
        .orElseThrow(() ->
            new PortunusException(
                ErrorCode.EVENT_UNKNOWN, "%s is not in %s: %s".formatted(id, log, whyNot(id))));
  }

  private String whyNot(EventId id) {
    Optional<EventId> first =
        events.keySet().stream().filter(each -> each.epoch() == id.epoch()).findFirst();
    String known;
    if (first.isEmpty()) {
      known = "it has no event of that instance, which is another one or whose log is gone";
    } else if (Long.compareUnsigned(id.counter(), first.get().counter()) < 0) {
      known = "what it has of that instance begins later, with " + first.get();
    } else {
      known = "no line has it; a writer leaves out what is too much";
    }
    return damaged == 0 ? known : known + "; " + damaged + " lines can't be read";
  }

  /**
   * The event and all that led to it, each once, nearest first. Causes that are not in the log are
   * left out.
   */
  public List<RecordedEvent> causes(RecordedEvent of) {
    return reach(of, each -> each.event().causes());
  }

  /** All that followed from the event, without itself, in the order of the log. */
  public List<RecordedEvent> effects(RecordedEvent of) {
    Set<RecordedEvent> found =
        new LinkedHashSet<>(reach(of, each -> effects.getOrDefault(each.id(), List.of())));
    found.remove(of);
    return events.values().stream().filter(found::contains).toList();
  }

  private List<RecordedEvent> reach(
      RecordedEvent from, Function<RecordedEvent, List<EventId>> next) {
    Map<EventId, RecordedEvent> found = new LinkedHashMap<>();
    Deque<RecordedEvent> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      RecordedEvent each = open.removeFirst();
      if (found.putIfAbsent(each.id(), each) == null) {
        next.apply(each).forEach(id -> find(id).ifPresent(open::addLast));
      }
    }
    return List.copyOf(found.values());
  }
}
