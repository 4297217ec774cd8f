// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.id.EventId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.wire.KernelOperation;

/**
 * Records what is refused to a task and why it ends: each kill, each limit that Linux carried out,
 * each request that it has no right or room for. What a task can cause at will is limited; then
 * there is no id.
 *
 * <p>Lock: none; the loop.
 */
final class TaskEvents {
  private final KernelLog log;

  TaskEvents(KernelLog log) {
    this.log = log;
  }

  /**
   * A program outside finds no room.
   *
   * @return what it is told: why, with the event's id behind it
   */
  String refusedProgram(Tasks.Outsider program, Collection<Tasks.Outsider> connected) {
    String why = connected.size() + " programs outside are connected, " + mostGreedy(connected);
    return log.outsideEvent(
            program.uid(),
            Optional.empty(),
            LogEvent.of("outside.refused")
                .with("uid", Integer.toUnsignedString(program.uid()))
                .with("pid", program.pid())
                .with("why", ErrorCode.LIMIT_PEERS.dotted() + ": " + why))
        .map(id -> id.behind(why))
        .orElse(why);
  }

  private static String mostGreedy(Collection<Tasks.Outsider> connected) {
    Map<String, Long> held =
        connected.stream()
            .collect(
                Collectors.groupingBy(
                    each -> "process " + each.pid() + " of uid " + each.uid(),
                    Collectors.counting()));
    return held.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(most -> most.getValue() + " of them by " + most.getKey())
        .orElseThrow();
  }

  /** launchd's process was not made. */
  void launchdFailed(Tasks.Begin begin, String why) {
    log.event(
        Optional.of(begin.task()),
        LogEvent.of("launchd.failed").because(Optional.of(begin.event())).with("why", why));
  }

  /** The kernel kills a task. */
  Optional<EventId> killed(RunningTask task, String why, Optional<EventId> cause) {
    LogEvent event =
        LogEvent.of("task.kill").because(cause).with("label", task.label()).with("why", why);
    return task.kind() == RunningTask.Kind.OUTSIDE
        ? caused(task, event)
        : Optional.of(log.event(Optional.of(task.task().id()), event));
  }

  /** A task is gone for a reason that shows only now. */
  EventId explained(RunningTask task, String event, String why) {
    return log.event(
        Optional.of(task.task().id()),
        LogEvent.of(event).because(task.begun()).with("label", task.label()).with("why", why));
  }

  /** A task loses its kernel socket for a breach of the protocol. */
  Optional<EventId> refused(RunningTask task, String why) {
    LogEvent event = LogEvent.of("task.refused").with("label", task.label());
    Optional<TaskId> id = Optional.of(task.task().id());
    return switch (task.kind()) {
      case OUTSIDE -> {
        int uid = task.task().token().euid();
        yield log.outsideEvent(
            uid, id, event.with("uid", Integer.toUnsignedString(uid)).with("why", why));
      }
      case SERVICE, SPARE, LAUNCHD -> Optional.of(log.event(id, event.with("why", why)));
    };
  }

  /**
   * A request of a task is refused.
   *
   * @return what the task is told: the detail, with the event's id behind it
   */
  String refusedRequest(RunningTask task, int operation, ErrorCode code, String detail) {
    if (!isRefusal(code)) {
      return detail;
    }
    String request = KernelOperation.of(operation).map(KernelOperation::name).orElse("unknown");
    return task.record(
            LogEvent.of("request.refused")
                .because(task.begun())
                .with("request", request)
                .with("error", code.dotted())
                .with("why", detail))
        .map(id -> id.behind(detail))
        .orElse(detail);
  }

  /** Other errors say that something is gone or broken, which is no decision. */
  private static boolean isRefusal(ErrorCode code) {
    return code == ErrorCode.DENIED
        || code == ErrorCode.PEER_REQUIREMENT
        || code == ErrorCode.RIGHT_REFUSED
        || code.dotted().startsWith("limit.");
  }

  /** Something that a task brings about, limited by who it is. */
  Optional<EventId> caused(RunningTask task, LogEvent event) {
    return task.kind() == RunningTask.Kind.OUTSIDE
        ? log.outsideEvent(task.task().token().euid(), Optional.of(task.task().id()), event)
        : log.taskEvent(task.task().id(), event);
  }
}
