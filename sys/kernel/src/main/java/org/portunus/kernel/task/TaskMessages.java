// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.portunus.abi.id.EventId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.mach.ExceptionBehavior;
import org.portunus.abi.mach.ExceptionKind;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.SpecialPort;
import org.portunus.abi.mach.TaskFlavor;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.TaskLimits;
import org.portunus.abi.wire.TaskMessage;
import org.portunus.abi.wire.TaskUsage;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.object.CarriedRight;
import org.portunus.kernel.object.Custody;
import org.portunus.kernel.object.ExceptionPorts;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.KernelMessage;
import org.portunus.kernel.object.Quota;
import org.portunus.kernel.object.SpaceEntry;
import org.portunus.kernel.object.Task;
import org.portunus.kernel.object.TaskServer;
import org.portunus.kernel.object.Usage;

/**
 * Answers what is sent to the ports that stand for tasks: {@link TaskMessage}. Which task is meant,
 * and how much its sender may do, the port says and nothing else.
 *
 * <p>Lock: none; the loop.
 */
public final class TaskMessages implements TaskServer {
  /** Names in one answer. */
  private static final int MOST_NAMES = 2048;

  private final EventLoop loop;
  private final Ipc ipc;
  private final Tasks tasks;
  private final KernelLog log;
  private final AuditToken kernel;
  private final Supplier<CarriedRight> bootstrap;

  /**
   * @param kernel the sender of the answers
   * @param bootstrap a send right to the bootstrap port, for tasks that have no other
   */
  public TaskMessages(
      EventLoop loop,
      Ipc ipc,
      Tasks tasks,
      KernelLog log,
      AuditToken kernel,
      Supplier<CarriedRight> bootstrap) {
    this.loop = loop;
    this.ipc = ipc;
    this.tasks = tasks;
    this.log = log;
    this.kernel = kernel;
    this.bootstrap = bootstrap;
  }

  /** One request. */
  private record Request(RunningTask task, TaskFlavor flavor, KernelMessage message) {
    Suspension.Party party() {
      return message.sender().task() == task.number()
          ? Suspension.Party.ITSELF
          : Suspension.Party.ANOTHER;
    }
  }

  /** What comes of it: a result, more data after it if it is SUCCESS, and rights. */
  private record Answer(KernReturn result, byte[] data, List<CarriedRight> rights) {
    static Answer of(KernReturn result) {
      return new Answer(result, new byte[0], List.of());
    }

    static Answer of(byte[] data) {
      return new Answer(KernReturn.SUCCESS, data, List.of());
    }
  }

  @Override
  public void received(Task task, TaskFlavor flavor, KernelMessage message) {
    message.custody().forEach(Custody::release);
    Optional<RunningTask> running = tasks.find(task.id().counter());
    if (running.isEmpty()) {
      message.ports().forEach(ipc::release);
      message.reply().ifPresent(ipc::release);
      return;
    }
    Answer answer = answer(new Request(running.get(), flavor, message));
    if (answer.result != KernReturn.SUCCESS) {
      refused(running.get(), flavor, message, answer.result);
    }
    if (message.reply().isEmpty()) {
      answer.rights.forEach(ipc::release);
      return;
    }
    byte[] data = new WireWriter().i32(answer.result.number()).fixed(answer.data).toBytes();
    var _ =
        ipc.send(
            message.reply().get(),
            new KernelMessage(
                message.id() + TaskMessage.REPLY,
                data,
                Optional.empty(),
                answer.rights,
                List.of(),
                kernel));
  }

  private void refused(
      RunningTask task, TaskFlavor flavor, KernelMessage message, KernReturn result) {
    AuditToken by = message.sender();
    log.taskEvent(
        new TaskId(task.task().id().epoch(), by.task()),
        LogEvent.of("task-port.refused")
            .with("of", task)
            .with("flavor", flavor)
            .with("request", message.id())
            .with("result", result));
  }

  private Answer answer(Request request) {
    Optional<TaskFlavor> needed = needed(request.message.id());
    int id = request.message.id();
    boolean takesRight =
        id == TaskMessage.SET_SPECIAL_PORT || id == TaskMessage.SET_EXCEPTION_PORTS;
    Answer answer;
    try {
      if (needed.isEmpty()) {
        answer = Answer.of(KernReturn.BAD_ID);
      } else if (!request.flavor.includes(needed.get())) {
        answer = Answer.of(KernReturn.INVALID_ARGUMENT);
      } else if (!takesRight && !request.message.ports().isEmpty()) {
        answer = Answer.of(KernReturn.BAD_ARGUMENTS);
      } else {
        answer = carryOut(request, new WireReader(request.message.data()));
      }
    } catch (MalformedFrameException malformed) {
      answer = Answer.of(KernReturn.BAD_ARGUMENTS);
    }
    if (!takesRight || answer.result != KernReturn.SUCCESS) {
      request.message.ports().forEach(ipc::release);
    }
    return answer;
  }

  /** The weakest flavour that will do. */
  private static Optional<TaskFlavor> needed(int id) {
    return switch (id) {
      case TaskMessage.TERMINATE,
          TaskMessage.SET_SPECIAL_PORT,
          TaskMessage.SET_EXCEPTION_PORTS,
          TaskMessage.GET_EXCEPTION_PORTS,
          TaskMessage.LOWER_LIMITS ->
          Optional.of(TaskFlavor.CONTROL);
      case TaskMessage.SUSPEND, TaskMessage.RESUME, TaskMessage.NAMES ->
          Optional.of(TaskFlavor.READ);
      case TaskMessage.GET_SPECIAL_PORT -> Optional.of(TaskFlavor.INSPECT);
      case TaskMessage.INFO -> Optional.of(TaskFlavor.NAME);
      default -> Optional.empty();
    };
  }

  private Answer carryOut(Request request, WireReader in) throws MalformedFrameException {
    RunningTask task = request.task;
    return switch (request.message.id()) {
      case TaskMessage.TERMINATE -> {
        in.end();
        yield terminate(request);
      }
      case TaskMessage.SUSPEND -> {
        in.end();
        yield suspend(request);
      }
      case TaskMessage.RESUME -> {
        in.end();
        yield resume(request);
      }
      case TaskMessage.NAMES -> {
        int known = in.i32("known", 0, Integer.MAX_VALUE);
        in.end();
        yield Answer.of(names(task.task(), known));
      }
      case TaskMessage.INFO -> {
        int what = in.i32("flavor");
        in.end();
        yield info(request, what);
      }
      case TaskMessage.GET_SPECIAL_PORT -> {
        int number = in.i32("which");
        in.end();
        yield specialPort(request, number);
      }
      case TaskMessage.SET_SPECIAL_PORT -> {
        int number = in.i32("which");
        in.end();
        yield setSpecialPort(request, number);
      }
      case TaskMessage.SET_EXCEPTION_PORTS -> {
        int mask = in.i32("mask");
        int behavior = in.i32("behavior");
        int state = in.i32("state flavor");
        in.end();
        yield Answer.of(setExceptionPorts(request, mask, behavior, state));
      }
      case TaskMessage.GET_EXCEPTION_PORTS -> {
        int mask = in.i32("mask");
        in.end();
        yield exceptionPorts(request.task.task().exceptions(), mask);
      }
      case TaskMessage.LOWER_LIMITS -> {
        TaskLimits limits = TaskLimits.read(in);
        yield Answer.of(
            task.task()
                .lower(
                    new Quota(
                        limits.names(), limits.messages(), limits.bytes(), limits.sendOnce())));
      }
      default -> throw new IllegalStateException("not asked for: " + request.message.id());
    };
  }

  private Answer terminate(Request request) {
    String why = "terminated by a right to it, by task " + request.message.sender().task();
    // The answer goes first: the sender may be the task.
    Optional<EventId> told = told(request, "task.terminate");
    loop.post(() -> request.task.kill(why, told));
    return Answer.of(KernReturn.SUCCESS);
  }

  private Answer suspend(Request request) {
    KernReturn result = request.task.suspension().suspend(request.task.process(), request.party());
    if (result == KernReturn.SUCCESS) {
      told(request, "task.suspended");
    }
    return Answer.of(result);
  }

  private Answer resume(Request request) {
    KernReturn result = request.task.suspension().resume();
    if (result == KernReturn.SUCCESS) {
      told(request, "task.resumed");
    }
    return Answer.of(result);
  }

  private Optional<EventId> told(Request request, String event) {
    return log.taskEvent(
        request.task.task().id(),
        LogEvent.of(event)
            .with("label", request.task.label())
            .with("by", request.message.sender().task())
            .with("count", request.task.suspension().count()));
  }

  private static byte[] names(Task task, int known) {
    List<SpaceEntry> all = task.space().entries();
    int from = Math.min(known, all.size());
    List<SpaceEntry> part = all.subList(from, Math.min(all.size(), from + MOST_NAMES));
    WireWriter out = new WireWriter().i32(all.size()).i32(part.size());
    part.forEach(entry -> out.i32(entry.name()).i32(entry.type()));
    return out.toBytes();
  }

  private static Answer info(Request request, int what) {
    if (what == TaskUsage.AUDIT_TOKEN_FLAVOR) {
      WireWriter out = new WireWriter();
      request.task.task().token().write(out);
      return Answer.of(out.toBytes());
    }
    if (what != TaskUsage.FLAVOR || !request.flavor.includes(TaskFlavor.INSPECT)) {
      return Answer.of(KernReturn.INVALID_ARGUMENT);
    }
    Usage usage = request.task.task().usage();
    Quota quota = request.task.task().quota();
    return Answer.of(
        new TaskUsage(
                request.task.suspension().count(),
                new TaskUsage.Limited(usage.names(), quota.names()),
                new TaskUsage.Limited(usage.messages(), quota.messages()),
                new TaskUsage.Limited(usage.bytes(), quota.bytes()),
                new TaskUsage.Limited(usage.sendOnce(), quota.sendOnce()),
                usage.blockedSends(),
                usage.pendingReceives(),
                request.task.descriptors())
            .toBytes());
  }

  private Answer specialPort(Request request, int number) {
    Optional<SpecialPort> which = SpecialPort.of(number);
    boolean allowed =
        request.flavor == TaskFlavor.CONTROL
            || which.flatMap(SpecialPort::flavor).filter(request.flavor::includes).isPresent();
    if (!allowed) {
      return Answer.of(KernReturn.INVALID_CAPABILITY);
    }
    if (which.isEmpty()) {
      return Answer.of(KernReturn.INVALID_ARGUMENT);
    }
    Optional<CarriedRight> right = request.task.task().ports().sendRight(which.get());
    if (right.isEmpty() && which.get() == SpecialPort.BOOTSTRAP) {
      right = Optional.of(bootstrap.get());
    }
    return new Answer(
        KernReturn.SUCCESS, new byte[0], List.of(right.orElseGet(CarriedRight::nullSend)));
  }

  private Answer setSpecialPort(Request request, int number) throws MalformedFrameException {
    Optional<CarriedRight> right = sendRight(request);
    Optional<SpecialPort> which = SpecialPort.of(number);
    if (which.isEmpty()) {
      return Answer.of(KernReturn.INVALID_ARGUMENT);
    }
    return Answer.of(request.task.task().ports().keep(which.get(), right));
  }

  /** The one right that a request brings, or none. */
  private static Optional<CarriedRight> sendRight(Request request) throws MalformedFrameException {
    List<CarriedRight> rights = request.message.ports();
    boolean sends = rights.stream().allMatch(right -> right.kind() == RightKind.SEND);
    if (rights.size() > 1 || !sends) {
      throw new MalformedFrameException("a port that is set is one send right");
    }
    return rights.stream().findFirst();
  }

  private static KernReturn setExceptionPorts(Request request, int mask, int number, int state)
      throws MalformedFrameException {
    Optional<CarriedRight> right = sendRight(request);
    Optional<ExceptionBehavior> behavior = ExceptionBehavior.of(number);
    if (behavior.isEmpty() || state != 0) {
      return KernReturn.INVALID_ARGUMENT;
    }
    return request.task.task().exceptions().set(mask, right, behavior.get());
  }

  /** Kinds that the same hears of in the same way are told together. */
  private static Answer exceptionPorts(ExceptionPorts ports, int mask) {
    if ((mask & ~ExceptionKind.all()) != 0) {
      return Answer.of(KernReturn.INVALID_ARGUMENT);
    }
    List<ExceptionPorts.Handler> handlers = new ArrayList<>();
    List<Integer> masks = new ArrayList<>();
    for (ExceptionKind kind : ExceptionKind.values()) {
      Optional<ExceptionPorts.Handler> handler = ports.handler(kind);
      if ((mask & kind.bit()) != 0 && handler.isPresent()) {
        int like = 0;
        while (like < handlers.size() && !handlers.get(like).isLike(handler.get())) {
          like++;
        }
        if (like == handlers.size()) {
          handlers.add(handler.get());
          masks.add(0);
        }
        masks.set(like, masks.get(like) | kind.bit());
      }
    }
    WireWriter out = new WireWriter().i32(handlers.size());
    List<CarriedRight> rights = new ArrayList<>();
    for (int i = 0; i < handlers.size(); i++) {
      out.i32(masks.get(i)).i32(handlers.get(i).behavior().number());
      rights.add(handlers.get(i).port().copySend());
    }
    return new Answer(KernReturn.SUCCESS, out.toBytes(), rights);
  }
}
