// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.TaskLoads;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.loop.Turns;

/**
 * Finds out what the tasks do, when somebody asks. Services are asked how many calls they took, and
 * have a moment to say; their calls pass no place where the kernel could count them. What Linux
 * knows of their processes is read on the examiner's thread.
 *
 * <p>Lock: none; the loop.
 */
public final class Loads {
  private static final long MOMENT_NANOS = 20_000_000;
  private static final int PAGE_KIB = 4;
  private static final double TOLD_SHARE = 0.999;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long MICROS_PER_TICK = 10_000;

  /** Fields of /proc/PID/stat behind the name, proc(5): utime and stime are 14 and 15. */
  private static final int FIELDS_BEFORE_UTIME = 11;

  private final EventLoop loop;
  private final Launcher launcher;
  private final Tasks tasks;

  public Loads(EventLoop loop, Launcher launcher, Tasks tasks) {
    this.loop = loop;
    this.launcher = launcher;
    this.tasks = tasks;
  }

  /** Gives the answer to the listener, later, on the loop. */
  public void collect(Consumer<TaskLoads> listener) {
    for (RunningTask task : tasks.all()) {
      if (task.kind() == RunningTask.Kind.SERVICE && task.state() == RunningTask.State.RUNNING) {
        task.event(KernelOperation.REPORT_ASKED, new byte[0]);
      }
    }
    EventLoop.Timer _ = loop.after(MOMENT_NANOS, () -> examine(listener));
  }

  private void examine(Consumer<TaskLoads> listener) {
    List<RunningTask> all = tasks.all();
    long[] pids = all.stream().mapToLong(RunningTask::pid).toArray();
    launcher.examine(() -> {
      List<Usage> usages = new ArrayList<>();
      for (long pid : pids) {
        usages.add(Usage.of(pid));
      }
      loop.post(() -> listener.accept(loads(all, usages)));
    });
  }

  private TaskLoads loads(List<RunningTask> all, List<Usage> usages) {
    long now = System.nanoTime();
    List<TaskLoads.Load> loads = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      RunningTask task = all.get(i);
      RunningTask.Told told = task.told();
      loads.add(
          new TaskLoads.Load(
              task.number(),
              usages.get(i).residentKiB(),
              usages.get(i).micros(),
              task.refusals(),
              told.taken(),
              told.answered(),
              told.isNothing() ? 0 : (now - told.at()) / 1_000_000));
    }
    Turns turns = loop.turns();
    return new TaskLoads(
        tasks.refusedPrograms(),
        new TaskLoads.Turns(
            turns.count(),
            turns.percentile(TOLD_SHARE) / NANOS_PER_MICRO,
            turns.longest() / NANOS_PER_MICRO,
            turns.takeRecent() / NANOS_PER_MICRO),
        loads);
  }

  /** What Linux knows of a process; nothing of one that is gone. */
  private record Usage(long residentKiB, long micros) {
    private static final Usage NONE = new Usage(0, 0);

    static Usage of(long pid) {
      if (pid == 0) {
        return NONE;
      }
      Path folder = Path.of("/proc", Long.toString(pid));
      try {
        String[] memory = read(folder.resolve("statm")).split(" ");
        String stat = read(folder.resolve("stat"));
        // The name, in brackets, may have anything in it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks =
            Long.parseLong(fields[FIELDS_BEFORE_UTIME])
                + Long.parseLong(fields[FIELDS_BEFORE_UTIME + 1]);
        return new Usage(Long.parseLong(memory[1]) * PAGE_KIB, ticks * MICROS_PER_TICK);
      } catch (IOException | IndexOutOfBoundsException | NumberFormatException gone) {
        return NONE;
      }
    }

    private static String read(Path file) throws IOException {
      return Files.readString(file, StandardCharsets.ISO_8859_1).trim();
    }
  }
}
