// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.wire.KernelCounts;
import org.portunus.abi.wire.TaskLoads;
import org.portunus.interfaces.launchd.JobLoad;
import org.portunus.interfaces.launchd.KernelTurns;
import org.portunus.interfaces.launchd.Load;
import org.portunus.interfaces.launchd.TaskLoad;
import org.portunus.interfaces.launchd.ToldCalls;
import org.portunus.system.port.KernelGreeting;

/** What administrators see of the work of an instance, from what kernel and launchd know. */
final class LoadView {
  private LoadView() {}

  /** Tasks that started or ended between the two looks of the kernel are left out. */
  static Load of(
      KernelGreeting greeting, KernelCounts counts, TaskLoads loads, List<JobLoad> jobs) {
    Map<Long, TaskLoads.Load> known =
        loads.tasks().stream().collect(Collectors.toMap(TaskLoads.Load::task, Function.identity()));
    List<TaskLoad> tasks =
        counts.tasks().stream()
            .flatMap(task ->
                Optional.ofNullable(known.get(task.task()))
                    .map(load -> task(greeting, task, load))
                    .stream())
            .toList();
    return new Load(
        greeting.instance().toString(),
        System.nanoTime(),
        loads.refusedPrograms(),
        counts.ports(),
        counts.queuedMessages(),
        new KernelTurns(
            loads.turns().count(),
            loads.turns().p999Micros(),
            loads.turns().longestMicros(),
            loads.turns().recentMicros()),
        tasks,
        jobs);
  }

  private static TaskLoad task(
      KernelGreeting greeting, KernelCounts.TaskCounts counts, TaskLoads.Load load) {
    return new TaskLoad(
        new TaskId(greeting.task().epoch(), counts.task()).toString(),
        counts.kind(),
        counts.label(),
        counts.names(),
        counts.connections(),
        load.residentKiB(),
        load.processorMicros(),
        load.refusals(),
        load.taken() == TaskLoads.Load.NOT_TOLD
            ? Optional.empty()
            : Optional.of(new ToldCalls(load.taken(), load.answered(), load.toldMillis())));
  }
}
