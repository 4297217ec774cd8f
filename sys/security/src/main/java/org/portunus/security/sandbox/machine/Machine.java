// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.machine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.portunus.security.sandbox.limits.CgroupSite;
import org.portunus.security.sandbox.limits.CgroupTree;
import org.portunus.security.sandbox.limits.UidRange;
import org.portunus.security.sandbox.machine.Finding.State;

/** Judges {@link MachineFacts}: one finding a need, in the order of a launch. */
public final class Machine {
  private static final int FULL_LANDLOCK = 6;
  private static final int TRUNCATE_LANDLOCK = 3;
  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(\\..*)?");
  private static final List<String> ACTIONS = List.of("allow", "errno", "kill_process");

  private final MachineFacts facts;
  private final UidRange uids;
  private final CgroupSite site;

  private Machine(MachineFacts facts, UidRange uids) throws IOException {
    this.facts = facts;
    this.uids = uids;
    this.site =
        CgroupSite.find(
            facts.root().resolve("sys/fs/cgroup"),
            facts.read("proc/self/cgroup").orElse("").lines().toList(),
            facts.uid());
  }

  /**
   * All findings.
   *
   * @param uids the range reserved for sandboxes
   */
  public static List<Finding> examine(MachineFacts facts, UidRange uids) throws IOException {
    Machine machine = new Machine(facts, uids);
    List<Finding> findings = new ArrayList<>();
    findings.add(machine.kernel());
    findings.add(machine.privilege());
    findings.add(machine.bubblewrap());
    NamespaceBlock block = new NamespaceBlock(facts);
    findings.add(block.switches());
    findings.add(block.appArmor());
    findings.add(machine.namespaces());
    findings.add(machine.landlock());
    findings.add(machine.seccomp());
    findings.add(machine.executableMemoryFiles());
    findings.add(machine.controlGroups());
    findings.add(machine.reservedUids());
    findings.add(machine.tracing());
    findings.add(machine.pagePoison());
    return List.copyOf(findings);
  }

  private boolean isRoot() {
    return facts.uid() == 0;
  }

  private Finding kernel() throws IOException {
    String needed = "Linux 5.14 or later on x86-64, with Landlock";
    String release = facts.read("proc/sys/kernel/osrelease").orElse("unknown");
    boolean readable = VERSION.matcher(release).lookingAt();
    if (readable && KernelVersion.parse(release).atLeast(5, 14)) {
      return Finding.ok("kernel", release, needed);
    }
    return Finding.missing("kernel", release, needed, "a later kernel");
  }

  private Finding privilege() {
    String needed = "root, for an own uid and control groups of each sandbox";
    if (isRoot()) {
      return Finding.ok("privilege", "root", needed);
    }
    return new Finding(
        "privilege",
        "uid " + facts.uid(),
        needed,
        State.WEAKER,
        "user namespaces of this uid, with "
            + (site.usable().isEmpty() ? "resource limits" : "control groups delegated to it"),
        "programs of the same user outside the sandboxes are not kept from them"
            + (site.usable().isEmpty() ? ", and memory is limited by RLIMIT_DATA" : ""),
        "start the instance as root");
  }

  private Finding bubblewrap() {
    String needed = "bubblewrap 0.8 or later";
    if (facts.bubblewrap().isEmpty()) {
      return Finding.missing("bubblewrap", "none", needed, "install the package bubblewrap");
    }
    String found = facts.bubblewrap().get() + ", " + facts.bubblewrapVersion();
    Matcher matcher = VERSION.matcher(facts.bubblewrapVersion().replace("bubblewrap ", ""));
    boolean enough =
        matcher.lookingAt()
            && new KernelVersion(
                    Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                .atLeast(0, 8);
    return enough
        ? Finding.ok("bubblewrap", found, needed)
        : Finding.missing("bubblewrap", found, needed, "a later package bubblewrap");
  }

  private Finding namespaces() {
    String needed = "a sandbox with all namespaces starts";
    if (facts.bubblewrap().isEmpty()) {
      return Finding.missing("trial", "not tried", needed, "install the package bubblewrap");
    }
    return facts.trial().isEmpty()
        ? Finding.ok("trial", "it does", needed)
        : Finding.missing("trial", facts.trial(), needed, "see the findings before this one");
  }

  private Finding landlock() {
    String needed = "Landlock ABI " + FULL_LANDLOCK + " (Linux 6.12)";
    int abi = facts.landlock();
    if (abi == 0) {
      return Finding.missing(
          "landlock", "none", needed, "a kernel with CONFIG_SECURITY_LANDLOCK, named in lsm=");
    }
    if (abi >= FULL_LANDLOCK) {
      return Finding.ok("landlock", "ABI " + abi, needed);
    }
    String replacement =
        abi >= TRUNCATE_LANDLOCK
            ? "empty namespaces and the filters"
            : "sealed copies in place of file rights";
    return new Finding(
        "landlock",
        "ABI " + abi,
        needed,
        State.WEAKER,
        replacement,
        "abstract sockets, signals"
            + (abi < 5 ? ", requests to devices" : "")
            + (abi < 4 ? ", TCP" : "")
            + (abi < TRUNCATE_LANDLOCK ? ", truncation" : "")
            + " are refused by one layer less",
        "a later kernel");
  }

  private Finding seccomp() throws IOException {
    String needed = "filters with " + String.join(", ", ACTIONS);
    String found = facts.read("proc/sys/kernel/seccomp/actions_avail").orElse("");
    return Arrays.asList(found.split(" ", -1)).containsAll(ACTIONS)
        ? Finding.ok("seccomp", found, needed)
        : Finding.missing("seccomp", found, needed, "a kernel with CONFIG_SECCOMP_FILTER");
  }

  private Finding executableMemoryFiles() throws IOException {
    String needed = "vm.memfd_noexec below 2: the launch entry is executed from memory";
    String found = facts.read("proc/sys/vm/memfd_noexec").orElse("absent");
    return found.equals("2")
        ? Finding.missing("memfd", found, needed, "sysctl vm.memfd_noexec=1")
        : Finding.ok("memfd", found, needed);
  }

  private Finding controlGroups() {
    String needed = "cgroup v2 delegated to this user, or as root v1 or v2: memory, pids";
    Set<CgroupTree.Controller> usable = site.usable();
    if (site instanceof CgroupSite.None none) {
      return new Finding(
          "control groups",
          none.why(),
          needed,
          State.WEAKER,
          "resource limits: RLIMIT_DATA and RLIMIT_NPROC",
          "file-backed memory is not counted, processor shares are equal, and a task that goes"
              + " beyond its memory fails by itself instead of being killed",
          isRoot()
              ? "mount cgroup v2 with memory and pids at /sys/fs/cgroup, writable"
              : "start it in a delegated group: systemd-run --user --scope -p Delegate=yes"
                  + " ./portunus ...; or as root");
    }
    String found = site.version().orElseThrow().word() + ": " + usable;
    if (usable.contains(CgroupTree.Controller.CPU)) {
      return Finding.ok("control groups", found, needed);
    }
    return new Finding(
        "control groups",
        found,
        needed,
        State.WEAKER,
        "memory and pids are limited; processor time by RLIMIT_CPU only",
        "processor shares are equal for each thread instead of each task",
        "delegate cpu too: Delegate=cpu memory pids in user@.service or the unit");
  }

  private Finding reservedUids() throws IOException {
    String needed = "uids " + uids.first() + "+" + uids.size() + " used by nobody else";
    List<String> conflicts = uids.conflicts(facts.root().resolve("etc"));
    if (conflicts.isEmpty()) {
      return Finding.ok("reserved uids", "free in passwd, group, subuid, subgid", needed);
    }
    String found = String.join("; ", conflicts);
    String remedy = "name another range";
    return isRoot()
        ? Finding.missing("reserved uids", found, needed, remedy)
        : new Finding(
            "reserved uids", found, needed, State.WEAKER, "the user's own uid", "", remedy);
  }

  private Finding tracing() throws IOException {
    String needed = "kernel.yama.ptrace_scope 1 or higher";
    String found = facts.read("proc/sys/kernel/yama/ptrace_scope").orElse("no Yama");
    if (found.matches("[1-3]") || isRoot()) {
      return Finding.ok("ptrace", found, needed);
    }
    return new Finding(
        "ptrace",
        found,
        needed,
        State.WEAKER,
        "the filters refuse ptrace, and the system's processes are not dumpable",
        "other programs of this user may trace its sandboxed tasks",
        "sysctl kernel.yama.ptrace_scope=1");
  }

  private Finding pagePoison() throws IOException {
    String needed = "pages of a lost pager can be poisoned (Linux 6.6)";
    String release = facts.read("proc/sys/kernel/osrelease").orElse("unknown");
    boolean readable = VERSION.matcher(release).lookingAt();
    if (readable && KernelVersion.parse(release).atLeast(6, 6)) {
      return Finding.ok("page poison", release, needed);
    }
    return new Finding(
        "page poison",
        release,
        needed,
        State.WEAKER,
        "a process whose native code has the address ends with its pager",
        "such a process can't go on with the pages that it has",
        "a later kernel");
  }
}
