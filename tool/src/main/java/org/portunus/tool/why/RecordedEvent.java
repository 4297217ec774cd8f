// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.why;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.id.EventId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;

/**
 * An event of the log.
 *
 * @param line where it stands
 */
public record RecordedEvent(EventId id, LogLine line, LogEvent event) {
  private static final String CUT = " [cut]";

  /** Last words of names of events that somebody may ask about: not starts and ends in order. */
  private static final Set<String> NOTABLE =
      Set.of(
          "boost",
          "crash",
          "died",
          "failed",
          "fault",
          "guard",
          "kill",
          "limit",
          "met",
          "overdue",
          "refuse",
          "refused",
          "revoked",
          "throttle",
          "unconfirmed",
          "unknown",
          "violation");

  private static final List<String> REASONS = List.of("error", "why", "reason", "what", "died");

  /**
   * The event of a line; empty if it has none, or one without id.
   *
   * @throws IllegalArgumentException if the line is of level EVENT and can't be read
   */
  static Optional<RecordedEvent> of(LogLine line) {
    if (line.level() != LogLine.Level.EVENT) {
      return Optional.empty();
    }
    LogEvent event =
        LogEvent.parse(line.text())
            .or(() -> uncut(line.text()))
            .orElseThrow(() -> new IllegalArgumentException("not an event"));
    return event.id().map(id -> new RecordedEvent(id, line, event));
  }

  /** A line that was too long lost its end, perhaps within quotes. */
  private static Optional<LogEvent> uncut(String text) {
    if (!text.endsWith(CUT)) {
      return Optional.empty();
    }
    String rest = text.substring(0, text.length() - CUT.length());
    String whole = rest.endsWith("\\") ? rest.substring(0, rest.length() - 1) : rest;
    return LogEvent.parse(rest).or(() -> LogEvent.parse(whole + "…\""));
  }

  public String name() {
    return event.name();
  }

  /** Whether it is a refusal, kill, crash, limit or the like. */
  public boolean isNotable() {
    return NOTABLE.contains(name().substring(name().lastIndexOf('.') + 1));
  }

  /** Whether it is about the job of this label. */
  public boolean isOf(String label) {
    return label.equals(event.fields().get("label"));
  }

  /** What happened, in the words of who recorded it. */
  public String reason() {
    return REASONS.stream()
        .map(key -> event.fields().getOrDefault(key, ""))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** The error that it tells of, by its dotted name. */
  public Optional<ErrorCode> error() {
    return REASONS.stream()
        .map(key -> event.fields().getOrDefault(key, ""))
        .flatMap(text -> Arrays.stream(ErrorCode.values()).filter(code -> tells(text, code)))
        .findFirst();
  }

  private static boolean tells(String text, ErrorCode code) {
    return text.contains(code.dotted())
        && Pattern.compile("(^|[ :])" + Pattern.quote(code.dotted()) + "(:|$)")
            .matcher(text)
            .find();
  }
}
