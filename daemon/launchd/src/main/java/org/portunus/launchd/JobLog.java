// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.portunus.abi.id.EventId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.log.LogLimit;
import org.portunus.abi.wire.LaunchMode;
import org.portunus.launchd.bundle.Bundle;
import org.portunus.launchd.job.Effect;
import org.portunus.launchd.job.Job;
import org.portunus.launchd.log.LogWriter;
import org.portunus.launchd.plist.JobPlist;

/**
 * What launchd writes of itself and of its jobs, each event with its id and what led to it.
 *
 * <p>Not thread-safe: the supervisor's thread.
 */
final class JobLog {
  private static final int MOST_REFUSALS = 20;
  private static final Duration REFUSAL_SPAN = Duration.ofSeconds(10);
  private static final int REFUSED_SUBJECTS = 512;

  private final LogWriter log;
  private final TaskId self;
  private final LogLimit refusals =
      new LogLimit(MOST_REFUSALS, REFUSAL_SPAN, REFUSED_SUBJECTS, System::nanoTime);

  /**
   * @param self launchd's own task
   */
  JobLog(LogWriter log, TaskId self) {
    this.log = log;
    this.self = self;
  }

  TaskId id(long task) {
    return new TaskId(self.epoch(), task);
  }

  /** Writes an event as launchd. */
  EventId note(LogEvent event) {
    return log.event(Launchd.SOURCE, Optional.of(self), event);
  }

  /**
   * Writes an event that whoever asks can cause at will: so many of a kind about one subject, and
   * the next tells how many were left out.
   *
   * @return empty if it was left out
   */
  Optional<EventId> noteRefusal(String subject, LogEvent event) {
    return refusals.admit(event.name() + " " + subject, event).map(this::note);
  }

  /**
   * Writes an event about a job.
   *
   * @param given what led to it, if more is known than what was recorded of the job last
   * @return what follows from it has these causes
   */
  List<EventId> note(ManagedJob job, String name, String reason, List<EventId> given) {
    List<EventId> causes = job.trail().causesOf(name, given);
    LogEvent written = LogEvent.of(name).because(causes).with("label", job.life().label());
    OptionalLong task = job.life().task();
    if (task.isPresent()) {
      written = written.with("task", id(task.getAsLong()));
    }
    written = written.with("reason", reason);
    if (name.equals(Job.REFUSAL)) {
      return noteRefusal(job.life().label(), written).map(List::of).orElse(causes);
    }
    EventId id = note(written);
    job.trail().recorded(name, id);
    return List.of(id);
  }

  /** The same of what a job's table decided. */
  List<EventId> note(ManagedJob job, Effect.Note note, List<EventId> given) {
    return note(job, note.event(), note.reason(), given);
  }

  void loaded(ManagedJob job) {
    JobPlist plist = job.life().plist();
    job.trail()
        .recorded(
            "job.load",
            note(
                LogEvent.of("job.load")
                    .with("label", plist.label())
                    .with("state", job.life().state())
                    .with("services", String.join(",", plist.names()))));
    if (plist.mode() == LaunchMode.DEVELOPMENT) {
      note(
          LogEvent.of("job.development")
              .with("label", plist.label())
              .with("reason", "its sandbox is weaker, and it can be looked into"));
    }
  }

  void bundleRead(ManagedJob job, Bundle code) {
    note(
        LogEvent.of("bundle.read")
            .with("label", job.life().label())
            .with("identifier", code.manifest().identifier())
            .with("version", code.manifest().version())
            .with("identity", code.identity()));
    if (!code.manifest().libraries().isEmpty()) {
      note(
          LogEvent.of("bundle.native")
              .with("label", job.life().label())
              .with("libraries", String.join(",", code.manifest().libraries()))
              .with("granted", job.life().plist().nativeLibraries()));
    }
    for (String ignored : code.ignored()) {
      note(
          LogEvent.of("bundle.ignored")
              .with("label", job.life().label())
              .with("attribute", ignored)
              .with("reason", "manifest attributes do not change how code is loaded"));
    }
  }

  /** Nobody has asked for it yet; the first start is refused too. */
  void bundleRefused(ManagedJob job, String why) {
    job.trail()
        .bundleRefused(
            note(
                LogEvent.of("bundle.refused")
                    .with("label", job.life().label())
                    .with("reason", why)));
  }
}
