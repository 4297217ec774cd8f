// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.Optional;
import org.portunus.abi.id.EventId;

/**
 * How a task ended.
 *
 * @param task counter of its TaskId
 * @param exitCode of a task that ended by itself, else -1
 * @param signal that ended it, else 0
 * @param reason why the kernel ended it (dotted error name and detail), empty if it did not; cut to
 *     {@value #MAX_REASON} bytes where it travels
 * @param event what recorded the end; at the end of the bytes, which have nothing there without
 */
public record TaskExit(
    long task,
    int exitCode,
    int signal,
    long userMicros,
    long systemMicros,
    long maxRssKiB,
    String reason,
    Optional<EventId> event) {
  /** Longest reason that travels, bytes of UTF-8. */
  public static final int MAX_REASON = 1024;

  /** One that nobody recorded. */
  public TaskExit(
      long task,
      int exitCode,
      int signal,
      long userMicros,
      long systemMicros,
      long maxRssKiB,
      String reason) {
    this(task, exitCode, signal, userMicros, systemMicros, maxRssKiB, reason, Optional.empty());
  }

  /** The same end, recorded. */
  public TaskExit recorded(EventId as) {
    return new TaskExit(
        task, exitCode, signal, userMicros, systemMicros, maxRssKiB, reason, Optional.of(as));
  }

  public byte[] toBytes() {
    WireWriter out =
        new WireWriter()
            .i64(task)
            .i32(exitCode)
            .i32(signal)
            .i64(userMicros)
            .i64(systemMicros)
            .i64(maxRssKiB)
            .text(reason, MAX_REASON);
    return EventField.writeLast(out, event).toBytes();
  }

  public static TaskExit read(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    long task = in.i64("task");
    int code = in.i32("exit code");
    int signal = in.i32("signal");
    long user = in.i64("user time");
    long system = in.i64("system time");
    long rss = in.i64("largest resident set");
    String reason = in.string("reason", MAX_REASON);
    Optional<EventId> event = EventField.readLast(in);
    in.end();
    return new TaskExit(task, code, signal, user, system, rss, reason, event);
  }
}
