// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel holds at a moment, in total and for each task.
 *
 * @param descriptors open file descriptors of the kernel task itself
 */
public record KernelCounts(
    int ports, int connections, int queuedMessages, int descriptors, List<TaskCounts> tasks) {

  /**
   * One task.
   *
   * @param kind launchd, service or outside
   * @param pid in the kernel's pid namespace; information only
   */
  public record TaskCounts(
      long task, String kind, String label, int pid, int uid, int names, int connections) {}

  private static final int MAX_TASKS = 4096;
  private static final int MAX_NAME = 256;

  public byte[] toBytes() {
    WireWriter out = new WireWriter();
    out.i32(ports).i32(connections).i32(queuedMessages).i32(descriptors).i32(tasks.size());
    for (TaskCounts t : tasks) {
      out.i64(t.task()).string(t.kind()).string(t.label()).i32(t.pid()).i32(t.uid());
      out.i32(t.names()).i32(t.connections());
    }
    return out.toBytes();
  }

  public static KernelCounts read(WireReader in) throws MalformedFrameException {
    int ports = in.i32("ports");
    int connections = in.i32("connections");
    int queued = in.i32("queued messages");
    int descriptors = in.i32("descriptors");
    List<TaskCounts> tasks = new ArrayList<>();
    for (int left = in.i32("tasks", 0, MAX_TASKS); left > 0; left--) {
      long task = in.i64("task");
      String kind = in.string("kind", MAX_NAME);
      String label = in.string("label", MAX_NAME);
      int pid = in.i32("pid");
      int uid = in.i32("uid");
      int names = in.i32("names");
      tasks.add(new TaskCounts(task, kind, label, pid, uid, names, in.i32("connections")));
    }
    return new KernelCounts(ports, connections, queued, descriptors, List.copyOf(tasks));
  }
}
