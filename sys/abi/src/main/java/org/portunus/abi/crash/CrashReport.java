// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.crash;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogText;

/**
 * What is kept of a task that died. The file has one {@link LogEvent} a line, escaped by {@link
 * LogText}:
 *
 * <pre>
 *   crash version=1 task=task-E-N time=... label=... exit=-1 signal=6 reason=... ...
 *   connection number=12 client=task-E-M label=outside
 *   call connection=12 number=7 method=4
 *   output level=ERR text="..."
 *   fatal text="..."
 *   cut lines=12
 * </pre>
 *
 * @param head what kernel and launchd know
 * @param connections that the task served; their calls are told by the clients
 * @param output the last lines that the task wrote: told by it
 * @param fatal the error report of the Java machine (hs_err) as the task wrote it: told by it
 * @param cut lines of it that are not here
 */
public record CrashReport(
    Head head, List<Connection> connections, List<Output> output, List<String> fatal, long cut) {
  /** Longest report, bytes. */
  public static final int MAX_BYTES = 128 * 1024;

  private static final int VERSION = 1;
  private static final int FATAL_HEAD = 8;
  private static final Pattern SIGNAL = Pattern.compile("# {1,4}(SIG[A-Z0-9]{2,8}) ");
  private static final int MAX_TEXT = 2048;

  /** Bytes that stay free for the last line. */
  private static final int RESERVE = 64;

  public CrashReport {
    connections = List.copyOf(connections);
    output = List.copyOf(output);
    fatal = List.copyOf(fatal);
  }

  /**
   * @param exit -1 for a task that a signal ended
   * @param signal 0 for a task that ended by itself
   * @param reason why the kernel ended it; empty if it did not
   * @param identity of its code
   * @param runs which of the job's runs it was
   */
  public record Head(
      TaskId task,
      Instant time,
      String label,
      String identity,
      int exit,
      int signal,
      String reason,
      long runs,
      long processorMicros,
      long maxRssKiB,
      long aliveMillis) {
    /** What it died of, in words. */
    public String died() {
      String how =
          signal != 0 ? "%s (%d)".formatted(SignalName.of(signal), signal) : "exit status " + exit;
      return reason.isEmpty() ? how : how + ": " + reason;
    }
  }

  /** A connection that it served. */
  public record Connection(long number, TaskId client, String label, List<LastCalls.Call> calls) {
    public Connection {
      calls = List.copyOf(calls);
    }
  }

  /** A line that it wrote. */
  public record Output(String level, String text) {}

  /** The name of a report in the crash folder: {@code crash-EPOCH-COUNTER}. */
  public static String name(TaskId task) {
    return "crash" + task.toString().substring("task".length());
  }

  public String name() {
    return name(head.task());
  }

  /**
   * What it died of, in words. A Java machine that a signal ends writes its error report and exits
   * with status 1: then the signal is what the report says.
   */
  public String died() {
    return toldSignal()
        .map(signal -> head.died() + " (" + signal + ", told by its Java machine)")
        .orElse(head.died());
  }

  /** The signal that the error report of the Java machine names; empty if it names none. */
  public Optional<String> toldSignal() {
    return fatal.stream()
        .limit(FATAL_HEAD)
        .map(SIGNAL::matcher)
        .filter(Matcher::lookingAt)
        .map(line -> line.group(1))
        .findFirst();
  }

  /** At most {@link #MAX_BYTES}; lines that have no room are counted as cut. */
  public byte[] toBytes() {
    StringBuilder out = new StringBuilder();
    int used = append(out, 0, headLine());
    List<LogEvent> rest = new ArrayList<>();
    connections.forEach(connection -> addLines(rest, connection));
    output.forEach(line ->
        rest.add(
            LogEvent.of("output").with("level", line.level()).with("text", text(line.text()))));
    fatal.forEach(line -> rest.add(LogEvent.of("fatal").with("text", text(line))));
    long lost = cut;
    for (LogEvent event : rest) {
      int now = append(out, used, event);
      lost += now == used ? 1 : 0;
      used = now;
    }
    if (lost > 0) {
      out.append(LogEvent.of("cut").with("lines", lost).text()).append('\n');
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String text(String line) {
    return line.length() <= MAX_TEXT ? line : line.substring(0, MAX_TEXT) + " [cut]";
  }

  private static int append(StringBuilder out, int used, LogEvent event) {
    String line = LogText.escape(event.text()) + "\n";
    int length = line.getBytes(StandardCharsets.UTF_8).length;
    if (used + length > MAX_BYTES - RESERVE) {
      return used;
    }
    out.append(line);
    return used + length;
  }

  private LogEvent headLine() {
    return LogEvent.of("crash")
        .with("version", VERSION)
        .with("task", head.task())
        .with("time", head.time())
        .with("label", head.label())
        .with("identity", head.identity())
        .with("exit", head.exit())
        .with("signal", head.signal())
        .with("reason", head.reason())
        .with("runs", head.runs())
        .with("processor.us", head.processorMicros())
        .with("rss.kib", head.maxRssKiB())
        .with("alive.ms", head.aliveMillis());
  }

  private static void addLines(List<LogEvent> lines, Connection connection) {
    lines.add(
        LogEvent.of("connection")
            .with("number", connection.number())
            .with("client", connection.client())
            .with("label", connection.label()));
    for (LastCalls.Call call : connection.calls()) {
      lines.add(
          LogEvent.of("call")
              .with("connection", connection.number())
              .with("number", call.call())
              .with("method", call.method()));
    }
  }

  /** Reads what {@link #toBytes} made; empty for another form. */
  public static Optional<CrashReport> parse(byte[] bytes) {
    try {
      return Optional.of(read(new String(bytes, StandardCharsets.UTF_8).lines().toList()));
    } catch (IllegalArgumentException | DateTimeParseException other) {
      return Optional.empty();
    }
  }

  private static CrashReport read(List<String> lines) {
    List<LogEvent> events = lines.stream().map(CrashReport::event).toList();
    if (events.isEmpty() || !events.getFirst().name().equals("crash")) {
      throw new IllegalArgumentException("no crash report");
    }
    List<Connection> connections = new ArrayList<>();
    List<Output> output = new ArrayList<>();
    List<String> fatal = new ArrayList<>();
    long cut = 0;
    for (LogEvent event : events.subList(1, events.size())) {
      switch (event.name()) {
        case "connection" ->
            connections.add(
                new Connection(
                    number(event, "number"),
                    TaskId.parse(field(event, "client")),
                    field(event, "label"),
                    calls(events, number(event, "number"))));
        case "output" -> output.add(new Output(field(event, "level"), field(event, "text")));
        case "fatal" -> fatal.add(field(event, "text"));
        case "cut" -> cut = number(event, "lines");
        default -> {}
      }
    }
    return new CrashReport(head(events.getFirst()), connections, output, fatal, cut);
  }

  private static List<LastCalls.Call> calls(List<LogEvent> events, long connection) {
    return events.stream()
        .filter(event -> event.name().equals("call") && number(event, "connection") == connection)
        .map(event ->
            new LastCalls.Call(number(event, "number"), Math.toIntExact(number(event, "method"))))
        .toList();
  }

  private static LogEvent event(String line) {
    return LogEvent.parse(LogText.unescape(line))
        .orElseThrow(() -> new IllegalArgumentException("no event"));
  }

  private static Head head(LogEvent event) {
    return new Head(
        TaskId.parse(field(event, "task")),
        Instant.parse(field(event, "time")),
        field(event, "label"),
        field(event, "identity"),
        Integer.parseInt(field(event, "exit")),
        Integer.parseInt(field(event, "signal")),
        field(event, "reason"),
        number(event, "runs"),
        number(event, "processor.us"),
        number(event, "rss.kib"),
        number(event, "alive.ms"));
  }

  private static long number(LogEvent event, String key) {
    return Long.parseLong(field(event, key));
  }

  private static String field(LogEvent event, String key) {
    Map<String, String> fields = event.fields();
    String value = fields.get(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key);
    }
    return value;
  }
}
