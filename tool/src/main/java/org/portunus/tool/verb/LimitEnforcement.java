// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.verb;

import java.util.List;
import java.util.Optional;
import org.portunus.security.sandbox.limits.CgroupVersion;

/**
 * A limit of a task and what enforces it on this machine.
 *
 * @param key the key in a bundle's or a job's Portunus dictionary
 * @param enforcedBy by what
 * @param atLimit what happens to a task that reaches it
 * @param weaker what is weaker here than as root with control groups; empty when nothing is
 */
record LimitEnforcement(String key, String enforcedBy, String atLimit, String weaker) {
  private static final String KILLED = "the task is killed";

  /** Every limit, where control groups of this version can be made; empty where none can. */
  static List<LimitEnforcement> of(Optional<CgroupVersion> groups) {
    boolean grouped = groups.isPresent();
    String version = "cgroup " + groups.map(CgroupVersion::word).orElse("");
    return List.of(
        new LimitEnforcement("Heap", "JVM -Xmx", "the call gets limit.memory, the task lives", ""),
        grouped
            ? new LimitEnforcement("Memory", version + " memory, swap included", KILLED, "")
            : new LimitEnforcement(
                "Memory",
                "RLIMIT_DATA",
                "allocation fails, the JVM ends",
                "file-backed and shared memory is not counted"),
        grouped
            ? new LimitEnforcement("Processes", version + " pids", "no further thread", "")
            : new LimitEnforcement(
                "Processes",
                "RLIMIT_NPROC",
                "no further thread",
                "processes of the same user in this user namespace are counted together"),
        new LimitEnforcement("CPU", "RLIMIT_CPU", KILLED, ""),
        new LimitEnforcement("Descriptors", "RLIMIT_NOFILE", "no further descriptor", ""),
        grouped
            ? new LimitEnforcement("QoS", version + " cpu", "a smaller share of busy cores", "")
            : new LimitEnforcement(
                "QoS",
                "order of messages",
                "urgent messages are first",
                "busy processors are shared evenly, whatever the QoS"));
  }
}
