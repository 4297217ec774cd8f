// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.linux.arch.Call;
import org.portunus.linux.entry.EntryTable;
import org.portunus.linux.entry.EntryValue;
import org.portunus.linux.landlock.FileAccess;
import org.portunus.linux.landlock.RulesetAttributes;
import org.portunus.linux.process.ResourceLimit;
import org.portunus.linux.process.Signal;
import org.portunus.linux.process.ThisProcess;
import org.portunus.security.sandbox.limits.TaskLimit;

/**
 * The two tables of system calls around bubblewrap. Landlock and the filter stand inside it:
 * bubblewrap can't mount under either.
 */
final class Entries {
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int LAST_DESCRIPTOR = -1;
  private static final long MIB = 1L << 20;
  private static final long STACK = 8 * MIB;
  private static final long LOCKED_MEMORY = 64 << 10;
  private static final long DAEMON_FILE_SIZE = 1L << 30;

  private Entries() {}

  /**
   * Joins the control groups, leaves root for the leased identity, dies with the spawner, executes
   * bubblewrap. Changing the uid clears the parent-death signal, so that comes after it.
   */
  static EntryTable outer(
      SandboxHost host, LaunchRequest request, Set<SandboxLayer> layers, List<String> command) {
    EntryTable table = EntryTable.reportingTo(LaunchPlan.REPORT);
    if (layers.contains(SandboxLayer.LIMITS)) {
      for (Path group : request.controlGroups()) {
        table.write(group.resolve("cgroup.procs").toString(), "0");
      }
    }
    if (layers.contains(SandboxLayer.UID)) {
      request.identity().ifPresent(identity -> table.identity(identity.uid(), identity.gid()));
    }
    table.control(ThisProcess.PR_SET_PDEATHSIG, Signal.KILL);
    table.closeRange(LaunchPlan.OUTER_IMAGE, LaunchPlan.OUTER_IMAGE);
    return table.execute(host.bubblewrap().toString(), command, List.of());
  }

  /** Confines itself for good, strictest last, and executes Java. */
  static EntryTable inner(
      SandboxHost host,
      LaunchRequest request,
      SandboxView view,
      Set<SandboxLayer> layers,
      List<String> java,
      Map<String, String> environment) {
    EntryTable table = EntryTable.reportingTo(LaunchPlan.REPORT);
    table.control(ThisProcess.PR_SET_PDEATHSIG, Signal.KILL);
    table.noNewPrivileges();
    if (layers.contains(SandboxLayer.LIMITS)) {
      for (TaskLimit limit : limits(host, request)) {
        table.limit(limit.resource(), limit.value(), limit.value());
      }
    }
    if (layers.contains(SandboxLayer.LANDLOCK)) {
      table.landlock(handled(host, request), rules(view));
    }
    // The report stays open until the execve, for the rows that are left.
    table.call(
        Call.CLOSE_RANGE,
        EntryValue.of(LaunchPlan.KERNEL_SOCKET + 1),
        EntryValue.of(Integer.toUnsignedLong(LAST_DESCRIPTOR)),
        EntryValue.of(CLOSE_RANGE_CLOEXEC));
    if (layers.contains(SandboxLayer.FILTER_ONE)) {
      table.filter(LaunchPlan.filter(request, LaunchPlan.Stage.FIRST).program());
    }
    List<String> variables = new ArrayList<>();
    environment.forEach((name, value) -> variables.add(name + "=" + value));
    return table.execute(java.getFirst(), java, variables);
  }

  /** In development mode a debugger's transport listens, which Landlock leaves to the filter. */
  private static RulesetAttributes handled(SandboxHost host, LaunchRequest request) {
    RulesetAttributes everything = RulesetAttributes.everything(host.landlock());
    return request.profile() == SandboxProfile.DEVELOPMENT_SERVICE
        ? everything.withoutBind()
        : everything;
  }

  private static Map<String, Set<FileAccess>> rules(SandboxView view) {
    Map<String, Set<FileAccess>> rules = new LinkedHashMap<>();
    for (SandboxView.Item item : view.items()) {
      rules.put(item.at().toString(), item.access());
    }
    return rules;
  }

  /** The resource limits of a request, for the entry to set and the verification to find. */
  static List<TaskLimit> limits(SandboxHost host, LaunchRequest request) {
    LaunchRecord.Limits granted = request.limits();
    List<TaskLimit> limits = new ArrayList<>();
    limits.add(new TaskLimit(ResourceLimit.CORE, 0));
    limits.add(new TaskLimit(ResourceLimit.CPU, granted.cpuSeconds()));
    limits.add(new TaskLimit(ResourceLimit.OPEN_FILES, granted.descriptors()));
    limits.add(new TaskLimit(ResourceLimit.LOCKED_MEMORY, LOCKED_MEMORY));
    limits.add(new TaskLimit(ResourceLimit.STACK, STACK));
    limits.add(new TaskLimit(ResourceLimit.MESSAGE_QUEUES, 0));
    limits.add(new TaskLimit(ResourceLimit.NICE, 0));
    limits.add(new TaskLimit(ResourceLimit.REAL_TIME_PRIORITY, 0));
    long file =
        switch (request.profile()) {
          case JAVA_SERVICE -> 0;
          case DEVELOPMENT_SERVICE -> SandboxView.OWN_FILES;
          case DAEMON -> DAEMON_FILE_SIZE;
        };
    limits.add(new TaskLimit(ResourceLimit.FILE_SIZE, file));
    if (request.controlGroups().isEmpty()) {
      limits.add(new TaskLimit(ResourceLimit.DATA, granted.memoryMiB() * MIB));
    }
    // Since Linux 5.14 a user namespace counts its own processes; before, all those of the uid.
    if (request.identity().isPresent() || host.kernel().atLeast(5, 14)) {
      limits.add(new TaskLimit(ResourceLimit.PROCESSES, granted.processes()));
    }
    return limits;
  }
}
