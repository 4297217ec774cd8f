// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.wire.NameList;
import org.portunus.kernel.object.NamedPort;
import org.portunus.kernel.object.Task;
import org.portunus.kernel.task.RunningTask;

/** Lists the names of all tasks, in parts. */
final class NameLister {
  private NameLister() {}

  /** Those behind the first ones, as many as one message has room for. */
  static NameList list(List<RunningTask> tasks, int after) {
    List<NameList.Entry> entries = new ArrayList<>();
    int passed = 0;
    int text = 0;
    for (RunningTask task : tasks) {
      List<NamedPort> names = task.task().space().namedPorts();
      for (NamedPort name :
          names.subList(Math.clamp(after - passed, 0, names.size()), names.size())) {
        if (entries.size() == NameList.MOST || text > NameList.MOST_TEXT) {
          return new NameList(entries, true);
        }
        entries.add(entry(task.number(), name));
        text += name.powers().length();
      }
      passed += names.size();
    }
    return new NameList(entries, false);
  }

  private static NameList.Entry entry(long task, NamedPort name) {
    long receiver =
        name.isKernels()
            ? NameList.KERNEL
            : name.receiver().map(Task::id).map(id -> id.counter()).orElse(NameList.NOBODY);
    return new NameList.Entry(
        task,
        name.name(),
        name.type(),
        name.sends(),
        receiver,
        name.receiverName(),
        name.queued(),
        name.set(),
        name.powers());
  }
}
