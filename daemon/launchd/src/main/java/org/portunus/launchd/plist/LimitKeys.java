// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.plist;

import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import org.portunus.abi.wire.LaunchRecord;

/**
 * The limits that a grant (launchd.plist) and an ask (Info.plist) have in common, each in its unit;
 * an absent one is empty.
 *
 * @param heapMiB key Heap
 * @param memoryMiB key Memory
 * @param processes key Processes: processes and threads
 * @param cpuSeconds key CPU: processor time of the whole life
 * @param descriptors key Descriptors
 * @param idleMillis key IdleTimeout, in seconds
 * @param graceMillis key Grace, in seconds
 * @param qos keys QoS and QoSCeiling
 */
public record LimitKeys(
    OptionalInt heapMiB,
    OptionalInt memoryMiB,
    OptionalInt processes,
    OptionalInt cpuSeconds,
    OptionalInt descriptors,
    OptionalInt idleMillis,
    OptionalInt graceMillis,
    QosKeys qos) {

  /** Without a word on QoS. */
  public LimitKeys(
      OptionalInt heapMiB,
      OptionalInt memoryMiB,
      OptionalInt processes,
      OptionalInt cpuSeconds,
      OptionalInt descriptors,
      OptionalInt idleMillis,
      OptionalInt graceMillis) {
    this(
        heapMiB,
        memoryMiB,
        processes,
        cpuSeconds,
        descriptors,
        idleMillis,
        graceMillis,
        QosKeys.SILENT);
  }

  /** What holds where a grant or an ask is silent: enough for a small service, no more. */
  public static final LaunchRecord.Limits BUILT_IN =
      new LaunchRecord.Limits(64, 256, 64, 300, 64, 30_000, 2_000);

  static final Set<String> KEYS = keys();

  private static Set<String> keys() {
    Set<String> keys = new HashSet<>(QosKeys.KEYS);
    keys.addAll(
        Set.of("Heap", "Memory", "Processes", "CPU", "Descriptors", "IdleTimeout", "Grace"));
    return Set.copyOf(keys);
  }

  private static final int DAY_MILLIS = 24 * 60 * 60 * 1000;

  static LimitKeys read(PlistDictionary portunus) {
    return new LimitKeys(
        portunus.integer("Heap", 8, 1 << 20),
        portunus.integer("Memory", 32, 1 << 20),
        portunus.integer("Processes", 16, 32_768),
        portunus.integer("CPU", 1, Integer.MAX_VALUE),
        portunus.integer("Descriptors", 32, 65_536),
        portunus.seconds("IdleTimeout", 1, DAY_MILLIS),
        portunus.seconds("Grace", 1, 10 * 60 * 1000),
        QosKeys.read(portunus));
  }

  /**
   * What a task may use: of each limit the smaller of grant and ask, each with the built-in value
   * where it is silent.
   */
  public static LaunchRecord.Limits effective(LimitKeys grant, LimitKeys ask) {
    LaunchRecord.Limits d = BUILT_IN;
    int memory = least(grant.memoryMiB, ask.memoryMiB, d.memoryMiB());
    return new LaunchRecord.Limits(
        Math.min(memory, least(grant.heapMiB, ask.heapMiB, d.heapMiB())),
        memory,
        least(grant.processes, ask.processes, d.processes()),
        least(grant.cpuSeconds, ask.cpuSeconds, d.cpuSeconds()),
        least(grant.descriptors, ask.descriptors, d.descriptors()),
        least(grant.idleMillis, ask.idleMillis, d.idleMillis()),
        least(grant.graceMillis, ask.graceMillis, d.graceMillis()));
  }

  private static int least(OptionalInt grant, OptionalInt ask, int builtIn) {
    return Math.min(grant.orElse(builtIn), ask.orElse(builtIn));
  }
}
