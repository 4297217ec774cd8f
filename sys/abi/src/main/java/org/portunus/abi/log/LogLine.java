// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.log;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.time.LogTime;

/**
 * One line of the log:
 *
 * <pre>
 *   2026-11-22T08:00:00.000000Z +12.345678 SOURCE[task-E-N] LEVEL text
 *   2026-11-22T08:00:00.000000Z +12.345678 SOURCE LEVEL text
 * </pre>
 *
 * The text is escaped by {@link LogText}; a writer hands each line to the file in one write.
 *
 * @param source a job's label or a part of the system: letters, digits, '.', '_', '-'
 * @param task the task that it is about or from
 * @param text as it was before escaping
 */
public record LogLine(
    LogTime time, String source, Optional<TaskId> task, Level level, String text) {

  /** Where a line comes from and how much it matters. */
  public enum Level {
    /** A start, stop, kill, refusal or throttle: {@link LogEvent}. */
    EVENT,
    INFO,
    WARN,
    ERROR,
    /** What a task wrote to its standard output. */
    OUT,
    /** What a task wrote to its standard error. */
    ERR
  }

  /** Longest source, in characters. */
  public static final int MAX_SOURCE = 128;

  /** Longest text, in bytes of escaped UTF-8; more is cut. */
  public static final int MAX_TEXT = 8 * 1024;

  private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._-]{1," + MAX_SOURCE + "}");

  private static final Pattern LINE =
      Pattern.compile(
          "(\\S{20,35}Z) \\+(-?\\d{1,12})\\.(\\d{6}) ([A-Za-z0-9._-]{1,128})"
              + "(?:\\[(task-[0-9-]{3,40})\\])? ([A-Z]{3,5}) (.*)");

  public LogLine {
    if (!SOURCE.matcher(source).matches()) {
      throw new IllegalArgumentException("not a source of log lines: " + LogText.escape(source));
    }
  }

  /** A line of now. */
  public static LogLine now(String source, Optional<TaskId> task, Level level, String text) {
    return new LogLine(LogTime.now(), source, task, level, text);
  }

  /** The line as it stands in the file, without its end. */
  public String format() {
    String head =
        time + " " + source + task.map(id -> "[" + id + "]").orElse("") + " " + level + " ";
    return head + LogText.cut(LogText.escape(text), MAX_TEXT);
  }

  /** The line as it is written: with its end, UTF-8. */
  public byte[] toBytes() {
    return (format() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Reads a line without its end; empty if it has another form. */
  public static Optional<LogLine> parse(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      long nanos =
          Math.addExact(
              Math.multiplyExact(Long.parseLong(matcher.group(2)), 1_000_000_000L),
              Long.parseLong(matcher.group(3)) * 1000);
      LogTime time = new LogTime(Instant.parse(matcher.group(1)), nanos);
      Optional<TaskId> task = Optional.ofNullable(matcher.group(5)).map(TaskId::parse);
      return Optional.of(
          new LogLine(
              time,
              matcher.group(4),
              task,
              Level.valueOf(matcher.group(6)),
              LogText.unescape(matcher.group(7))));
    } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
      return Optional.empty();
    }
  }
}
