// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * What the tasks of an instance do and use at a moment.
 *
 * @param refusedPrograms programs outside that were not let in
 * @param turns of the kernel task's loop
 */
public record TaskLoads(long refusedPrograms, Turns turns, List<Load> tasks) {
  private static final int MAX_TASKS = 1024;

  public TaskLoads {
    tasks = List.copyOf(tasks);
  }

  /**
   * How many turns the loop has made, what 99.9 % of them took at most, and the longest.
   *
   * @param recentMicros the longest since loads were asked for last, by whomever
   */
  public record Turns(long count, long p999Micros, long longestMicros, long recentMicros) {}

  /**
   * One task.
   *
   * @param residentKiB memory that it has mapped and that is in use, shared memory included; 0 of a
   *     program outside
   * @param processorMicros processor time; 0 of a program outside
   * @param refusals requests to the kernel that were refused with an error
   * @param taken calls that a service has taken, as it told; -1 if it told nothing
   * @param answered those of them that it has answered, as it told
   * @param toldMillis how long ago it told
   */
  public record Load(
      long task,
      long residentKiB,
      long processorMicros,
      long refusals,
      long taken,
      long answered,
      long toldMillis) {
    /** What a task that told nothing has taken. */
    public static final long NOT_TOLD = -1;
  }

  public byte[] toBytes() {
    WireWriter out = new WireWriter().i64(refusedPrograms);
    out.i64(turns.count()).i64(turns.p999Micros());
    out.i64(turns.longestMicros()).i64(turns.recentMicros()).i32(tasks.size());
    for (Load load : tasks) {
      out.i64(load.task()).i64(load.residentKiB()).i64(load.processorMicros());
      out.i64(load.refusals()).i64(load.taken()).i64(load.answered()).i64(load.toldMillis());
    }
    return out.toBytes();
  }

  public static TaskLoads read(WireReader in) throws MalformedFrameException {
    long refused = in.i64("refused programs");
    Turns turns =
        new Turns(
            in.i64("turns"), in.i64("p99.9"), in.i64("longest turn"), in.i64("longest of late"));
    List<Load> tasks = new ArrayList<>();
    for (int left = in.i32("tasks", 0, MAX_TASKS); left > 0; left--) {
      tasks.add(
          new Load(
              in.i64("task"),
              in.i64("resident KiB"),
              in.i64("processor time"),
              in.i64("refusals"),
              in.i64("calls taken"),
              in.i64("calls answered"),
              in.i64("age")));
    }
    in.end();
    return new TaskLoads(refused, turns, tasks);
  }
}
