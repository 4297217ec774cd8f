// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.log;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a line of level EVENT: {@code name key=value key="value with spaces"}. In quotes, a
 * quote and a backslash have a backslash before them.
 *
 * @param name dotted lower-case words, such as {@code job.start}
 * @param fields in the order given
 */
public record LogEvent(String name, Map<String, String> fields) {
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
