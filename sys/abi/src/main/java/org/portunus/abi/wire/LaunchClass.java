// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.List;

/**
 * What of a launch shapes its sandbox and its Java machine. Launches of one class differ in nothing
 * that Linux enforces, so a spare of the class can become any of them.
 *
 * @param modules sorted, each once
 */
public record LaunchClass(
    int heapMiB,
    int memoryMiB,
    int processes,
    int cpuSeconds,
    int descriptors,
    List<String> modules,
    LaunchMode mode) {
  public LaunchClass {
    modules = modules.stream().sorted().distinct().toList();
  }

  /** The class of ordinary launches. */
  public LaunchClass(
      int heapMiB,
      int memoryMiB,
      int processes,
      int cpuSeconds,
      int descriptors,
      List<String> modules) {
    this(heapMiB, memoryMiB, processes, cpuSeconds, descriptors, modules, LaunchMode.ORDINARY);
  }

  /** The class of a launch of a service. */
  public static LaunchClass of(LaunchRecord record) {
    LaunchRecord.Limits limits = record.limits();
    return new LaunchClass(
        limits.heapMiB(),
        limits.memoryMiB(),
        limits.processes(),
        limits.cpuSeconds(),
        limits.descriptors(),
        record.modules(),
        record.mode());
  }

  /**
   * For people: {@code heap=96,memory=512,processes=64,cpu=60,descriptors=256,modules=a+b}, then
   * {@code ,development} if it is.
   */
  @Override
  public String toString() {
    return "heap=%d,memory=%d,processes=%d,cpu=%d,descriptors=%d,modules=%s%s"
        .formatted(
            heapMiB,
            memoryMiB,
            processes,
            cpuSeconds,
            descriptors,
            String.join("+", modules),
            mode == LaunchMode.DEVELOPMENT ? ",development" : "");
  }
}
