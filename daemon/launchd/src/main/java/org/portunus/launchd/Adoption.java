// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.wire.Inheritance;
import org.portunus.abi.wire.TaskExit;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.launchd.job.Effect;

/**
 * What this launchd takes over from one before it: tasks that run go on as those of their jobs, and
 * ends that it did not take note of happen now. Tasks whose job is gone are asked to end.
 */
final class Adoption {
  private final HostPort host;
  private final Consumer<LogEvent> log;
  private final Applied applied;
  private final List<TaskExit> missed = new ArrayList<>();

  /** Carries out what a job decided. */
  interface Applied {
    void apply(ManagedJob job, List<Effect> effects);
  }

  Adoption(HostPort host, Consumer<LogEvent> log, Applied applied) {
    this.host = host;
    this.log = log;
    this.applied = applied;
  }

  /**
   * Takes over; all ports are claimed already.
   *
   * @return ends that are to be handled next, in their order
   */
  List<TaskExit> of(List<ManagedJob> jobs) {
    Optional<Inheritance> next = host.inherit(0);
    while (next.isPresent()) {
      Inheritance left = next.get();
      takeOver(jobs, left);
      next = host.inherit(left.task());
    }
    host.inherited();
    return missed;
  }

  private void takeOver(List<ManagedJob> jobs, Inheritance left) {
    Optional<ManagedJob> job =
        jobs.stream()
            .filter(each -> each.life().label().equals(left.record().label()))
            .filter(each -> each.life().task().isEmpty())
            .filter(each -> each.life().state() == JobState.IDLE)
            .findFirst();
    if (job.isEmpty()) {
      left.exit()
          .ifPresentOrElse(
              exit -> host.exitSeen(exit.task()),
              () -> {
                log.accept(LogEvent.of("job.unknown").with("label", left.record().label()));
                host.terminate(left.task());
              });
      return;
    }
    JobState state = state(left, job.get());
    job.get().adopted(left.record());
    applied.apply(job.get(), job.get().life().adopt(left.task(), state));
    left.exit().ifPresent(missed::add);
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
