// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.id.EventId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.mach.GuardException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.ResourceKind;
import org.portunus.kernel.object.GuardListener;
import org.portunus.kernel.object.ImportanceListener;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.LimitListener;
import org.portunus.kernel.object.Task;
import org.portunus.kernel.task.KernelLog;
import org.portunus.kernel.task.RunningTask;
import org.portunus.kernel.task.Tasks;

/**
 * Records what the kernel's objects decide about tasks: {@code port.guard}, a guard that refused;
 * {@code limit.met}, a refusal for want of room; {@code task.boost}, a task that works more
 * urgently for another. Of guards and limits each task is told so many as {@link
 * RunningTask#record} lets through, of boosts one in {@link #PAUSE}; the next one has the count of
 * the others.
 *
 * <p>A guard and a limit have their task's start as cause, a boost that of the sender: the boost
 * that the sender works at itself, if that was told, else its start.
 *
 * <p>Lock: none; the loop.
 */
final class ObjectEvents implements GuardListener, LimitListener, ImportanceListener {
  /** Between two boosts of a task that are told. */
  static final Duration PAUSE = Duration.ofSeconds(10);

  /** The field with the number of a task's boosts since the last one that was told. */
  static final String UNTOLD = "untold";

  private final KernelLog log;
  private final Tasks tasks;
  private final LongSupplier nanoTime;

  /** As many as there are tasks: those that are gone leave it by themselves. */
  private final Map<Task, Boosts> boosts = new WeakHashMap<>();

  /** What is known of a task's boosts. */
  private static final class Boosts {
    private long toldAt;
    private long untold;
    private Optional<EventId> told = Optional.empty();
    private Optional<TaskId> toldBy = Optional.empty();
    private Optional<TaskId> latestBy = Optional.empty();

    Boosts(long now) {
      toldAt = now - PAUSE.toNanos();
    }

    /** The event of the latest one, told or one of the same sender. */
    Optional<EventId> latest() {
      return latestBy.equals(toldBy) ? told : Optional.empty();
    }
  }

  /**
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  ObjectEvents(KernelLog log, Tasks tasks, LongSupplier nanoTime) {
    this.log = log;
    this.tasks = tasks;
    this.nanoTime = nanoTime;
  }

  /** Hears of guards and limits from now on; who hears of boosts may be another besides. */
  void listenTo(Ipc ipc) {
    ipc.listenToGuards(this);
    ipc.listenToLimits(this);
  }

  @Override
  public void violated(Task task, int name, GuardException exception, long guard) {
    var _ =
        ofItself(
            task,
            LogEvent.of("port.guard")
                .with("name", Integer.toHexString(name))
                .with("exception", exception));
  }

  @Override
  public Optional<EventId> met(Task task, ResourceKind kind, long held, long limit, long share) {
    ErrorCode error =
        switch (kind) {
          case NAMES, SEND_ONCE -> ErrorCode.LIMIT_PORTS;
          case MESSAGES, BYTES -> ErrorCode.LIMIT_QUEUE;
        };
    return ofItself(
        task,
        LogEvent.of("limit.met")
            .with("kind", kind)
            .with("held", held)
            .with("limit", limit)
            .with("share", share)
            .with(
                "why",
                "%s: holds %d of %d, all tasks leave it %d"
                    .formatted(error.dotted(), held, limit, share)));
  }

  @Override
  public Optional<EventId> refused(Task task, KernReturn result) {
    return ofItself(task, LogEvent.of("limit.met").with("kind", "other").with("why", result));
  }

  /** Something that the task brought about by itself. */
  private Optional<EventId> ofItself(Task task, LogEvent event) {
    Optional<EventId> start = running(task).flatMap(RunningTask::begun);
    return record(task, event.because(start));
  }

  private Optional<EventId> record(Task task, LogEvent event) {
    return running(task)
        .map(running -> running.record(event))
        .orElseGet(() -> log.taskEvent(task.id(), event));
  }

  private Optional<RunningTask> running(Task task) {
    return tasks.find(task.id().counter());
  }

  @Override
  public void changed(Task task, Qos effective, Optional<Task> by) {
    if (by.isPresent() && task.isAlive() && effective.isAbove(task.qosGrant().own())) {
      boosted(task, effective, by.get());
    }
  }

  private void boosted(Task task, Qos effective, Task by) {
    long now = nanoTime.getAsLong();
    Boosts known = boosts.computeIfAbsent(task, _ -> new Boosts(now));
    known.latestBy = Optional.of(by.id());
    if (now - known.toldAt < PAUSE.toNanos()) {
      known.untold++;
      return;
    }
    String sender = running(by).map(RunningTask::toString).orElseGet(by::toString);
    LogEvent event =
        LogEvent.of("task.boost")
            .because(causeIn(by))
            .with("qos", effective.word())
            .with("own", task.qosGrant().own().word())
            .with("by", sender)
            .with("why", "a message of " + sender);
    known.told = record(task, known.untold == 0 ? event : event.with(UNTOLD, known.untold));
    known.toldBy = known.latestBy;
    known.toldAt = now;
    known.untold = known.told.isPresent() ? 0 : known.untold + 1;
  }

  private Optional<EventId> causeIn(Task sender) {
    boolean boosted = sender.effectiveQos().isAbove(sender.qosGrant().own());
    return Optional.ofNullable(boosts.get(sender))
        .filter(_ -> boosted)
        .flatMap(Boosts::latest)
        .or(() -> running(sender).flatMap(RunningTask::begun));
  }
}
