// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.recording;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import jdk.jfr.Recording;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLine;
import org.portunus.tool.instance.LogFile;

/**
 * Records what the log of an instance tells from a time on: launches and ends, and what was
 * refused.
 *
 * <p>Begun and ended by one thread; the lines are read on another, then by the first.
 */
public final class InstanceRecording implements AutoCloseable {
  private static final Set<String> LAUNCHES =
      Set.of(
          "job.start",
          "job.started",
          "job.cold",
          "task.start",
          "task.hand-over",
          "task.end",
          "spare.ready",
          "spare.end");

  private final LogFile log;
  private final long since;
  private final Recording recording = new Recording();
  private final Thread follower;
  private long seen;

  private InstanceRecording(LogFile log, long since) {
    this.log = log;
    this.since = since;
    this.follower = Thread.ofPlatform().daemon().name("log-follower").unstarted(this::follow);
  }

  /**
   * Begins.
   *
   * @param since the earliest line's time, of {@link System#nanoTime}
   */
  public static InstanceRecording start(Path log, long since) {
    InstanceRecording begun = new InstanceRecording(new LogFile(log), since);
    begun.recording.start();
    begun.follower.start();
    return begun;
  }

  private void follow() {
    try {
      log.follow(this::read);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(String line) {
    seen++;
    LogLine.parse(line)
        .filter(each -> each.level() == LogLine.Level.EVENT)
        .filter(each -> each.time().monotonicNanos() - since >= 0)
        .ifPresent(InstanceRecording::record);
  }

  private static void record(LogLine line) {
    String name = LogEvent.parse(line.text()).map(LogEvent::name).orElse("");
    if (LAUNCHES.contains(name)) {
      LaunchEvent launch = new LaunchEvent();
      launch.time = line.time().utc().toEpochMilli();
      launch.event = name;
      launch.source = line.source();
      launch.label = label(line);
      launch.task = line.task().map(TaskId::toString).orElse("");
      launch.text = line.text();
      launch.commit();
    } else if (name.endsWith(".refuse") || name.endsWith(".refused")) {
      RefusalEvent refusal = new RefusalEvent();
      refusal.time = line.time().utc().toEpochMilli();
      refusal.event = name;
      refusal.source = line.source();
      refusal.label = label(line);
      refusal.task = line.task().map(TaskId::toString).orElse("");
      refusal.text = line.text();
      refusal.commit();
    }
  }

  private static String label(LogLine line) {
    return LogEvent.parse(line.text())
        .flatMap(event -> Optional.ofNullable(event.fields().get("label")))
        .orElse("");
  }

  /** Ends, and writes a recording of its own: chunks, to which others may be added. */
  public void end(OutputStream to) throws IOException, InterruptedException {
    follower.interrupt();
    follower.join();
    long before = seen;
    seen = 0;
    log.read(line -> {
      if (seen < before) {
        seen++;
      } else {
        read(line);
      }
    });
    recording.stop();
    try (InputStream chunks = recording.getStream(null, null)) {
      if (chunks != null) {
        chunks.transferTo(to);
      }
    }
  }

  @Override
  public void close() {
    follower.interrupt();
    recording.close();
  }
}
