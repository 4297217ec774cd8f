// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.portunus.abi.crash.CrashReport;
import org.portunus.abi.crash.LastCalls;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.wire.TaskExit;
import org.portunus.launchd.log.OutputTail;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.system.port.KernelResultException;

/**
 * Writes the reports of tasks that died: when what they wrote has been read to its end, and their
 * clients have had the time to say what they waited for. The supervisor's thread.
 */
final class Crashes {
  private static final Duration CLIENTS = Duration.ofMillis(200);
  private static final int MAX_WAITING = 64;

  private final HostPort host;
  private final JobLog log;
  private final Consumer<Runnable> thread;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  /** What is known of a task that died. */
  record Dead(
      String label, String identity, long runs, Duration alive, TaskExit exit, OutputTail output) {}

  private record Waiting(Dead dead, EventId crash, Instant time, long due) {}

  /**
   * @param thread runs what it is given later, on the supervisor's thread
   */
  Crashes(HostPort host, JobLog log, Consumer<Runnable> thread) {
    this.host = host;
    this.log = log;
    this.thread = thread;
  }

  /**
   * A task died.
   *
   * @param crash the event that recorded it
   */
  void died(Dead dead, EventId crash) {
    Instant now = Instant.now();
    dead.output().whenEnded(() -> thread.accept(() -> await(dead, crash, now)));
  }

  private void await(Dead dead, EventId crash, Instant time) {
    if (waiting.size() >= MAX_WAITING) {
      lost(dead, crash, MAX_WAITING + " reports wait to be written");
      return;
    }
    waiting.addLast(new Waiting(dead, crash, time, System.nanoTime() + CLIENTS.toNanos()));
  }

  OptionalLong wakeAt() {
    return waiting.isEmpty() ? OptionalLong.empty() : OptionalLong.of(waiting.getFirst().due());
  }

  /** Writes what is due. */
  void timePasses() {
    while (!waiting.isEmpty() && waiting.getFirst().due() - System.nanoTime() <= 0) {
      write(waiting.removeFirst());
    }
  }

  private void write(Waiting next) {
    Dead dead = next.dead();
    try {
      CrashReport report = report(next, host.lastCalls(dead.exit().task()));
      try (MemoryFile file = MemoryFile.sealedCopy("portunus-crash", report.toBytes())) {
        host.keepCrash(dead.exit().task(), file.descriptor());
      }
      log.note(
          LogEvent.of("crash.report")
              .because(Optional.of(next.crash()))
              .with("label", dead.label())
              .with("task", report.head().task())
              .with("report", report.name())
              .with("died", report.died()));
    } catch (PortunusException | KernelResultException | LinuxException failure) {
      lost(dead, next.crash(), String.valueOf(failure.getMessage()));
    }
  }

  private CrashReport report(Waiting next, LastCalls last) {
    Dead dead = next.dead();
    TaskExit exit = dead.exit();
    OutputTail.Kept kept = dead.output().take();
    List<CrashReport.Connection> connections =
        last.connections().stream()
            .map(served ->
                new CrashReport.Connection(
                    served.connection(),
                    log.id(served.client()),
                    served.clientLabel(),
                    served.calls()))
            .toList();
    CrashReport.Head head =
        new CrashReport.Head(
            log.id(exit.task()),
            next.time(),
            dead.label(),
            dead.identity(),
            exit.exitCode(),
            exit.signal(),
            exit.reason(),
            dead.runs(),
            exit.userMicros() + exit.systemMicros(),
            exit.maxRssKiB(),
            dead.alive().toMillis());
    return new CrashReport(head, connections, kept.lines(), kept.fatal(), kept.cut() + last.left());
  }

  private void lost(Dead dead, EventId crash, String why) {
    dead.output().take();
    log.note(
        LogEvent.of("crash.lost")
            .because(Optional.of(crash))
            .with("label", dead.label())
            .with("task", log.id(dead.exit().task()))
            .with("why", why));
  }
}
