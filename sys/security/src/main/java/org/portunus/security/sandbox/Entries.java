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
      limits(table, host, request);
    }
    if (layers.contains(SandboxLayer.LANDLOCK)) {
      table.landlock(RulesetAttributes.everything(host.landlock()), rules(view));
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

  private static Map<String, Set<FileAccess>> rules(SandboxView view) {
    Map<String, Set<FileAccess>> rules = new LinkedHashMap<>();
    for (SandboxView.Item item : view.items()) {
      rules.put(item.at().toString(), item.access());
    }
    return rules;
  }

  private static void limits(EntryTable table, SandboxHost host, LaunchRequest request) {
    LaunchRecord.Limits limits = request.limits();
    set(table, ResourceLimit.CORE, 0);
    set(table, ResourceLimit.CPU, limits.cpuSeconds());
    set(table, ResourceLimit.OPEN_FILES, limits.descriptors());
    set(table, ResourceLimit.LOCKED_MEMORY, LOCKED_MEMORY);
    set(table, ResourceLimit.STACK, STACK);
    set(table, ResourceLimit.MESSAGE_QUEUES, 0);
    set(table, ResourceLimit.NICE, 0);
    set(table, ResourceLimit.REAL_TIME_PRIORITY, 0);
    switch (request.profile()) {
      case JAVA_SERVICE -> set(table, ResourceLimit.FILE_SIZE, 0);
      case DAEMON -> set(table, ResourceLimit.FILE_SIZE, DAEMON_FILE_SIZE);
    }
    if (request.controlGroups().isEmpty()) {
      set(table, ResourceLimit.DATA, limits.memoryMiB() * MIB);
    }
    // Since Linux 5.14 a user namespace counts its own processes; before, all those of the uid.
    if (request.identity().isPresent() || host.kernel().atLeast(5, 14)) {
      set(table, ResourceLimit.PROCESSES, limits.processes());
    }
  }

  private static void set(EntryTable table, ResourceLimit resource, long value) {
    table.limit(resource, value, value);
  }
}
