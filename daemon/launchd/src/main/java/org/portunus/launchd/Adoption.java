// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.id.EventId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.wire.Inheritance;
import org.portunus.abi.wire.TaskExit;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.launchd.job.Effect;
import org.portunus.launchd.log.StreamPump;
import org.portunus.linux.file.Descriptor;

/**
 * What this launchd takes over from one before it: tasks that run go on as those of their jobs, and
 * ends that it did not take note of happen now. Tasks whose job is gone are asked to end.
 */
final class Adoption {
  private final HostPort host;
  private final StreamPump pump;
  private final JobLog log;
  private final EventId begun;
  private final Applied applied;
  private final List<TaskExit> missed = new ArrayList<>();

  /** Carries out what a job decided. */
  interface Applied {
    void apply(ManagedJob job, List<Effect> effects, List<EventId> because);
  }

  /**
   * @param begun the event that recorded the start of this launchd
   */
  Adoption(HostPort host, StreamPump pump, JobLog log, EventId begun, Applied applied) {
    this.host = host;
    this.pump = pump;
    this.log = log;
    this.begun = begun;
    this.applied = applied;
  }

  /**
   * Takes over; all ports are claimed already.
   *
   * @return ends that are to be handled next, in their order
   */
  List<TaskExit> of(List<ManagedJob> jobs) {
    Optional<HostPort.Left> next = host.inherit(0);
    while (next.isPresent()) {
      Inheritance left = next.get().task();
      takeOver(jobs, left, next.get().output());
      next = host.inherit(left.task());
    }
    host.inherited();
    return missed;
  }

  private void takeOver(List<ManagedJob> jobs, Inheritance left, List<Descriptor> output) {
    Optional<ManagedJob> job =
        jobs.stream()
            .filter(each -> each.life().label().equals(left.record().label()))
            .filter(each -> each.life().task().isEmpty())
            .filter(each -> each.life().state() == JobState.IDLE)
            .findFirst();
    if (job.isEmpty()) {
      end(left, output);
      return;
    }
    JobState state = state(left, job.get());
    job.get().adopted(log.id(left.task()), left.record());
    job.get().read(pump, output);
    applied.apply(job.get(), job.get().life().adopt(left.task(), state), List.of(begun));
    left.exit().ifPresent(missed::add);
  }

  private void end(Inheritance left, List<Descriptor> output) {
    StreamPump.Owner owner = new StreamPump.Owner(left.record().label());
    owner.started(log.id(left.task()));
    pump.read(owner, output);
    if (left.exit().isPresent()) {
      host.exitSeen(left.task());
      return;
    }
    EventId unknown =
        log.note(
            LogEvent.of("job.unknown")
                .because(Optional.of(begun))
                .with("label", left.record().label())
                .with("task", log.id(left.task())));
    host.terminate(left.task(), Duration.ofMillis(left.record().limits().graceMillis()), unknown);
  }

  /** One that gave a port back will not serve again, as in the job's table. */
  private static JobState state(Inheritance left, ManagedJob job) {
    boolean gaveBack = job.ports().stream().anyMatch(ServicePort::isHeld);
    return switch (left.state()) {
      case STARTING -> gaveBack ? JobState.EXITING : JobState.STARTING;
      case RUNNING -> gaveBack ? JobState.EXITING : JobState.RUNNING;
      case EXITING -> JobState.EXITING;
      case ENDED -> JobState.RUNNING;
    };
  }
}
