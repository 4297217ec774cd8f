// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.KernelCounts;
import org.portunus.abi.wire.NameList;
import org.portunus.interfaces.launchd.PortEntry;

/** What administrators see of names: the kernel's list with the labels and services of launchd. */
final class PortView {
  private final LongFunction<TaskId> ids;
  private final Map<Long, String> labels = new HashMap<>();
  private final Map<Place, String> services = new HashMap<>();

  /** Where a port is received from. */
  private record Place(long task, int name) {}

  PortView(LongFunction<TaskId> ids, KernelCounts counts) {
    this.ids = ids;
    counts.tasks().forEach(task -> labels.put(task.task(), task.label()));
  }

  /**
   * The ports of services, by launchd's own names for them.
   *
   * @param launchd number of launchd's task
   * @param own names of that task
   * @param named service of each name
   */
  void learn(long launchd, List<NameList.Entry> own, Map<Integer, String> named) {
    for (NameList.Entry entry : own) {
      String service = named.get(entry.name());
      if (entry.task() == launchd && service != null) {
        services.put(new Place(entry.receiver(), entry.receiverName()), service);
      }
    }
  }

  PortEntry entry(NameList.Entry entry) {
    return new PortEntry(
        ids.apply(entry.task()).toString(),
        labels.getOrDefault(entry.task(), ""),
        entry.name(),
        Arrays.stream(RightKind.values())
            .filter(kind -> (entry.type() & kind.typeBit()) != 0)
            .map(RightKind::name)
            .toList(),
        entry.sends(),
        entry.powers(),
        receiver(entry.receiver()),
        entry.receiverName(),
        entry.queued(),
        entry.set(),
        services.getOrDefault(new Place(entry.receiver(), entry.receiverName()), ""));
  }

  private String receiver(long task) {
    if (task == NameList.KERNEL) {
      return "kernel";
    }
    return task == NameList.NOBODY ? "" : ids.apply(task).toString();
  }
}
