// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.log;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.portunus.abi.id.EventId;

/**
 * The text of a line of level EVENT: {@code name key=value key="value with spaces"}. In quotes, a
 * quote and a backslash have a backslash before them.
 *
 * @param name dotted lower-case words, such as {@code job.start}
 * @param fields in the order given
 */
public record LogEvent(String name, Map<String, String> fields) {
  /** Field with the event's id. */
  public static final String ID = "id";

  /** Field with the ids of the events that led to it, with commas between. */
  public static final String CAUSE = "cause";

  private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,64}");
  private static final Pattern BARE = Pattern.compile("[^\\s\"=\\\\]+");
  private static final Pattern FIELD =
      Pattern.compile(
          " ([a-z0-9.-]{1,64})=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s\"=\\\\]+))", Pattern.DOTALL);

  public LogEvent {
    check(name);
    fields.keySet().forEach(LogEvent::check);
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  private static void check(String word) {
    if (!NAME.matcher(word).matches()) {
      throw new IllegalArgumentException("not a name in an event: " + LogText.escape(word));
    }
  }

  public static LogEvent of(String name) {
    return new LogEvent(name, Map.of());
  }

  /** This event with one more field. */
  public LogEvent with(String key, Object value) {
    Map<String, String> more = new LinkedHashMap<>(fields);
    more.put(key, value.toString());
    return new LogEvent(name, more);
  }

  /** This event with an id; it stands before all else, since long lines are cut at their end. */
  public LogEvent with(EventId id) {
    return first(ID, id.toString());
  }

  /** This event with what led to it; the same event if that is not known. */
  public LogEvent because(Optional<EventId> cause) {
    return because(cause.stream().toList());
  }

  /** The same for several causes, the nearest first. */
  public LogEvent because(List<EventId> causes) {
    return causes.isEmpty()
        ? this
        : first(CAUSE, causes.stream().map(EventId::toString).collect(Collectors.joining(",")));
  }

  private LogEvent first(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>();
    more.put(key, value);
    fields.forEach(more::putIfAbsent);
    return new LogEvent(name, more);
  }

  /** Its id; empty if it has none, or one of another form. */
  public Optional<EventId> id() {
    List<EventId> ids = ids(ID);
    return ids.size() == 1 ? Optional.of(ids.getFirst()) : Optional.empty();
  }

  /** What led to it, the nearest first; empty if nothing is known, or its form is another. */
  public List<EventId> causes() {
    return ids(CAUSE);
  }

  private List<EventId> ids(String key) {
    String value = fields.getOrDefault(key, "");
    try {
      return value.isEmpty()
          ? List.of()
          : Arrays.stream(value.split(",", -1)).map(EventId::parse).toList();
    } catch (IllegalArgumentException otherForm) {
      return List.of();
    }
  }

  /** The text of the line, before the line's own escaping. */
  public String text() {
    StringBuilder out = new StringBuilder(name);
    fields.forEach((key, value) -> out.append(' ').append(key).append('=').append(quote(value)));
    return out.toString();
  }

  private static String quote(String value) {
    return BARE.matcher(value).matches()
        ? value
        : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Reads what {@link #text} wrote; empty for another form. */
  public static Optional<LogEvent> parse(String text) {
    int end = text.indexOf(' ');
    String name = end < 0 ? text : text.substring(0, end);
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher matcher = FIELD.matcher(text);
    int at = name.length();
    while (at < text.length()) {
      if (!matcher.region(at, text.length()).lookingAt()) {
        return Optional.empty();
      }
      String quoted = matcher.group(2);
      fields.put(
          matcher.group(1),
          quoted == null ? matcher.group(3) : quoted.replaceAll("(?s)\\\\(.)", "$1"));
      at = matcher.end();
    }
    return Optional.of(new LogEvent(name, fields));
  }
}
