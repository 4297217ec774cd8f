// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.mach.ExceptionKind;
import org.portunus.abi.time.Patience;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.ExceptionMessage;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.LaunchClass;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.QosGrant;
import org.portunus.abi.wire.StartOrder;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.Quota;
import org.portunus.kernel.object.Task;
import org.portunus.kernel.session.Session;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Epoll;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.process.ExitRecord;
import org.portunus.linux.process.ThisProcess;
import org.portunus.security.sandbox.LaunchPlan;
import org.portunus.security.sandbox.LaunchRequest;
import org.portunus.security.sandbox.SandboxVerification;
import org.portunus.security.sandbox.SandboxViolation;
import org.portunus.security.sandbox.limits.SandboxIdentity;

/**
 * Every task of the instance, from its start to its end.
 *
 * <p>Lock: none; the loop.
 */
public final class Tasks implements TaskStarts {
  /** Most services at once. */
  public static final int MAX_SERVICES = 128;

  /** Most spares at once, whatever launchd asks for. */
  public static final int MAX_SPARES = 8;

  /** Most programs outside at once. */
  public static final int MAX_OUTSIDE = 256;

  private static final long ORDERLY_EXIT_NANOS = 1_000_000_000L;
  private static final long START_NANOS =
      Patience.ofThisProcess().of(Duration.ofSeconds(30)).toNanos();
  private static final Path PROC = Path.of("/proc");

  private final EventLoop loop;
  private final Ipc ipc;
  private final Closer closer;
  private final Launcher launcher;
  private final Sandboxes sandboxes;
  private final KernelLog log;
  private final TaskEvents events;
  private final Listener listener;
  private final int epoch;
  private final Map<Long, RunningTask> tasks = new LinkedHashMap<>();
  private final Map<Long, Outsider> outsiders = new HashMap<>();
  private long lastNumber;
  private long refusedPrograms;

  /** Who hears of the life of tasks. */
  public interface Listener {
    /** A session for a new task; its entry must be attached to it. */
    Session open(RunningTask task, Descriptor kernelEnd, int uid) throws LinuxException;

    /** A task is about to lose all that it holds. */
    void leaving(RunningTask task);

    /** A spare waits for its code. */
    void spareReady(RunningTask task);

    /** Launchd takes look-ups from now on. */
    void launchdReady();

    /** A task that the kernel had started is gone, with all that it held. */
    void ended(RunningTask task, Optional<ExitRecord> exit);
  }

  public Tasks(
      EventLoop loop,
      Ipc ipc,
      Closer closer,
      Launcher launcher,
      Sandboxes sandboxes,
      KernelLog log,
      Listener listener,
      int epoch) {
    this.loop = loop;
    this.ipc = ipc;
    this.closer = closer;
    this.launcher = launcher;
    this.sandboxes = sandboxes;
    this.log = log;
    this.events = new TaskEvents(log);
    this.listener = listener;
    this.epoch = epoch;
  }

  /**
   * A program outside the instance, attested by the broker.
   *
   * @param pid on the host: information for people, never a reason
   */
  public record Outsider(int uid, int gid, int session, int pid) {}

  /**
   * Makes it a task.
   *
   * @throws PortunusException LIMIT_PEERS, telling who holds the most
   */
  public void admit(Descriptor kernelEnd, Outsider outsider) throws LinuxException {
    if (outsiders.size() >= MAX_OUTSIDE) {
      closer.close(kernelEnd);
      refusedPrograms++;
      throw new PortunusException(
          ErrorCode.LIMIT_PEERS, events.refusedProgram(outsider, outsiders.values()));
    }
    TaskId id = nextId();
    AuditToken token = token(id, outsider.uid(), outsider.gid(), 0, outsider.session(), noCode());
    RunningTask task =
        new RunningTask(
            ipc.createTask(id, token, Quota.STANDARD),
            RunningTask.Kind.OUTSIDE,
            "outside",
            Optional.empty(),
            events);
    task.task().grantQos(QosGrant.OUTSIDE);
    task.setSession(open(task, kernelEnd, outsider.uid()));
    tasks.put(task.number(), task);
    outsiders.put(task.number(), outsider);
  }

  /** The task has nothing yet, so without a session it is as if it had never been. */
  private Session open(RunningTask task, Descriptor kernelEnd, int uid) throws LinuxException {
    try {
      return listener.open(task, kernelEnd, uid);
    } catch (LinuxException failure) {
      task.task().terminate();
      throw failure;
    }
  }

  /**
   * Starts launchd, which is to keep at most so many spares.
   *
   * @param cause the event that led to it
   */
  public void startLaunchd(
      LaunchRecord record,
      List<LaunchRequest.FolderGrant> folders,
      Pair output,
      int spares,
      EventId cause) {
    TaskId id = nextId();
    Begin begin = new Begin(id, log.nextId(), Optional.of(cause));
    Optional<SandboxIdentity> identity = sandboxes.lease();
    RunningTask _ =
        start(
            begin,
            RunningTask.Kind.LAUNCHD,
            new RunningTask.Launch(record, Optional.empty(), EntrustedPorts.none(), identity),
            () -> sandboxes.launchd(begin, record, identity, folders, spares),
            new Launcher.Files(output.output(), output.error(), List.of()),
            failure -> events.launchdFailed(begin, failure));
  }

  /** The beginning of a task: its id, the event that records it, and what led to that. */
  record Begin(TaskId task, EventId event, Optional<EventId> cause) {}

  /** Standard output and standard error of a new task. */
  public record Pair(Descriptor output, Descriptor error) {}

  /** The id of the next task; each is used once. */
  private TaskId nextId() {
    lastNumber++;
    return new TaskId(epoch, lastNumber);
  }

  /**
   * Starts a service. What goes wrong after this returned is told as the end of the task.
   *
   * @param image fully sealed; handed to the start code once the sandbox is verified
   * @param files the record's, fully sealed; copied into the sandbox when it is made
   * @param ports taken over, and handed over with it
   * @param cause the event that led to it
   * @throws PortunusException LIMIT_TASKS, LIMIT_DESCRIPTORS
   */
  public RunningTask startService(
      LaunchRecord record,
      Descriptor image,
      List<Descriptor> files,
      EntrustedPorts ports,
      Optional<EventId> cause) {
    return startSandbox(record, Optional.of(image), files, ports, RunningTask.Kind.SERVICE, cause);
  }

  /**
   * Starts a spare, likewise: a task of this class that waits for its code.
   *
   * @param record of its class, without services
   * @throws PortunusException LIMIT_TASKS, LIMIT_DESCRIPTORS
   */
  public RunningTask startSpare(LaunchRecord record) {
    if (count(RunningTask.Kind.SPARE) >= MAX_SPARES) {
      throw new PortunusException(ErrorCode.LIMIT_TASKS, MAX_SPARES + " spares wait already");
    }
    return startSandbox(
        record,
        Optional.empty(),
        List.of(),
        EntrustedPorts.none(),
        RunningTask.Kind.SPARE,
        Optional.empty());
  }

  private RunningTask startSandbox(
      LaunchRecord record,
      Optional<Descriptor> image,
      List<Descriptor> files,
      EntrustedPorts ports,
      RunningTask.Kind kind,
      Optional<EventId> cause) {
    if (count(RunningTask.Kind.SERVICE) + count(RunningTask.Kind.SPARE) >= MAX_SERVICES) {
      throw new PortunusException(
          ErrorCode.LIMIT_TASKS, MAX_SERVICES + " services run in this instance");
    }
    TaskOutput.Made output = TaskOutput.make(closer);
    TaskId id = nextId();
    Optional<SandboxIdentity> identity;
    try {
      identity = sandboxes.lease();
    } catch (PortunusException full) {
      output.discard();
      throw full;
    }
    RunningTask task =
        start(
            new Begin(id, log.nextId(), cause),
            kind,
            new RunningTask.Launch(record, image, ports, identity),
            () -> sandboxes.service(id.toString(), record, identity, kind),
            new Launcher.Files(output.written().output(), output.written().error(), files),
            failure -> {});
    task.setOutput(output.read());
    return task;
  }

  /**
   * Makes a spare the task of a launch. It is looked at once more, then gets the code. What goes
   * wrong after this returned is told as the end of the task.
   *
   * @param image fully sealed; taken over
   * @param ports taken over
   * @param cause the event that led to it
   * @throws PortunusException LAUNCH_FAILED when it is no spare that waits, or of another class
   */
  public void handOver(
      long spare,
      LaunchRecord record,
      Descriptor image,
      EntrustedPorts ports,
      Optional<EventId> cause) {
    RunningTask task =
        find(spare)
            .filter(found -> found.state() == RunningTask.State.WAITING)
            .orElseThrow(() ->
                new PortunusException(
                    ErrorCode.LAUNCH_FAILED, "task " + spare + " is no spare that waits"));
    LaunchClass has = LaunchClass.of(task.launch().orElseThrow().record());
    LaunchClass needs = LaunchClass.of(record);
    if (!has.equals(needs)) {
      throw new PortunusException(
          ErrorCode.LAUNCH_FAILED, "the spare is of " + has + ", the launch of " + needs);
    }
    task.handOver(record, image, ports);
    task.task().grantQos(record.qos());
    task.advance(RunningTask.State.WAITING, RunningTask.State.VERIFYING);
    task.begun(
        log.event(
            Optional.of(task.task().id()),
            LogEvent.of("task.hand-over").because(cause).with("label", task.label())));
    verify(task);
  }

  private RunningTask start(
      Begin begin,
      RunningTask.Kind kind,
      RunningTask.Launch launch,
      Supplier<LaunchPlan> plan,
      Launcher.Files files,
      Consumer<String> onFailure) {
    TaskId id = begin.task();
    int uid = launch.identity().map(SandboxIdentity::uid).orElse(ownUid());
    int gid = launch.identity().map(SandboxIdentity::gid).orElse(ownGid());
    AuditToken token = token(id, uid, gid, (int) id.counter(), 0, launch.record().code());
    Task task = ipc.createTask(id, token, Quota.STANDARD);
    task.grantQos(launch.record().qos());
    if (kind == RunningTask.Kind.LAUNCHD) {
      task.letNameServices();
    }
    RunningTask running =
        new RunningTask(task, kind, launch.record().label(), Optional.of(launch), events);
    tasks.put(running.number(), running);
    LogEvent event =
        LogEvent.of("task.start")
            .because(begin.cause())
            .with("label", running.label())
            .with("uid", uid);
    String libraries = String.join(",", launch.record().libraries());
    log.event(
        begin.event(),
        Optional.of(id),
        libraries.isEmpty() ? event : event.with("native", libraries));
    running.begun(begin.event());
    launcher.launch(
        new Launcher.Order(plan, files),
        result -> guard(running, () -> launched(running, uid, result, onFailure)));
    return running;
  }

  /** Does something about one task. A fault in it costs that task its life, and nobody else. */
  private void guard(RunningTask task, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException fault) {
      task.kill("fault of the kernel: " + fault);
    }
  }

  private void launched(
      RunningTask task, int uid, Launcher.Result result, Consumer<String> onFailure) {
    switch (result) {
      case Launcher.Result.Failed failed -> {
        onFailure.accept(failed.reason());
        task.kill(ErrorCode.SANDBOX.dotted() + ": " + failed.reason());
        finish(task, Optional.empty());
      }
      case Launcher.Result.Started started -> attach(task, uid, started.process());
    }
  }

  private void attach(RunningTask task, int uid, LaunchedProcess process) {
    task.setProcess(process);
    try {
      new Exit(task, process).watch();
      task.setSession(listener.open(task, process.kernelEnd(), uid));
    } catch (LinuxException failure) {
      closer.close(process.kernelEnd());
      task.kill(ErrorCode.SYSTEM_CALL.dotted() + ": " + failure.getMessage());
    }
    if (task.isEnding()) {
      process.kill();
      task.session().ifPresent(session -> session.end(""));
    }
    loop.after(START_NANOS, () -> startOverdue(task));
  }

  /** Waits for the end of a task's process and reaps it, once. */
  private final class Exit {
    private final RunningTask task;
    private final LaunchedProcess process;
    private Optional<EventLoop.Watch> watch = Optional.empty();

    Exit(RunningTask task, LaunchedProcess process) {
      this.task = task;
      this.process = process;
    }

    void watch() throws LinuxException {
      watch = Optional.of(loop.watch(process.child().pidfd(), Epoll.READABLE, this::ready));
    }

    private void ready(int events) {
      try {
        Optional<ExitRecord> exit = process.child().poll();
        if (exit.isPresent()) {
          watch.orElseThrow().cancel();
          finish(task, exit);
        }
      } catch (LinuxException failure) {
        throw new IllegalStateException("a child of the kernel task can't be awaited", failure);
      }
    }
  }

  private void startOverdue(RunningTask task) {
    switch (task.state()) {
      case LAUNCHED, GREETED, VERIFYING ->
          task.kill(
              ErrorCode.LAUNCH_FAILED.dotted() + ": not ready 30 s after its start", task.begun());
      case WAITING, RUNNING, DRAINING, ENDING, ENDED -> {}
    }
  }

  @Override
  public void ready(RunningTask task, Runnable whenVerified) {
    if (task.kind() == RunningTask.Kind.OUTSIDE
        || !task.advance(RunningTask.State.GREETED, RunningTask.State.VERIFYING)) {
      task.kill(ErrorCode.PROTOCOL.dotted() + ": TASK_READY of a task in state " + task.state());
      return;
    }
    task.answerReadyBy(whenVerified);
    verify(task);
  }

  private void verify(RunningTask task) {
    LaunchedProcess process = task.process().orElseThrow();
    launcher.examine(() -> {
      List<SandboxViolation> violations = new ArrayList<>();
      Optional<String> failure = examine(process, violations);
      loop.post(() -> guard(task, () -> examined(task, violations, failure)));
    });
  }

  private static Optional<String> examine(
      LaunchedProcess process, List<SandboxViolation> violations) {
    try {
      violations.addAll(
          SandboxVerification.violations(PROC, process.insidePid(), process.plan().expectation()));
      return Optional.empty();
    } catch (IOException | RuntimeException failure) {
      return Optional.of(failure.toString());
    }
  }

  private void examined(
      RunningTask task, List<SandboxViolation> violations, Optional<String> failure) {
    if (task.isEnding()) {
      return;
    }
    if (!violations.isEmpty() || failure.isPresent()) {
      String why = failure.orElseGet(violations::toString);
      task.kill(ErrorCode.SANDBOX.dotted() + ": " + why);
      return;
    }
    if (task.kind() == RunningTask.Kind.SPARE) {
      task.advance(RunningTask.State.VERIFYING, RunningTask.State.WAITING);
      listener.spareReady(task);
      return;
    }
    task.advance(RunningTask.State.VERIFYING, RunningTask.State.RUNNING);
    task.answerReady();
    if (task.kind() == RunningTask.Kind.LAUNCHD) {
      listener.launchdReady();
      return;
    }
    sendCode(task);
  }

  private static void sendCode(RunningTask task) {
    RunningTask.Launch launch = task.launch().orElseThrow();
    Optional<StartOrder> order = launch.ports().give(task.task().space(), launch.record());
    if (order.isEmpty()) {
      task.kill(ErrorCode.LIMIT_PORTS.dotted() + ": no room for the names of its services' ports");
      return;
    }
    task.session()
        .orElseThrow()
        .event(
            KernelOperation.TASK_START,
            order.get().toBytes(),
            launch.image().map(List::of).orElse(List.of()));
  }

  @Override
  public void socketEnded(RunningTask task, String reason) {
    Optional<EventId> refused = reason.isEmpty() ? Optional.empty() : events.refused(task, reason);
    switch (task.kind()) {
      case OUTSIDE -> finish(task, Optional.empty());
      // Without its kernel socket a task is nobody; an orderly exit closes it too, a moment before.
      case SERVICE, SPARE, LAUNCHD -> {
        if (!reason.isEmpty()) {
          task.kill(reason, refused);
        } else {
          loop.after(ORDERLY_EXIT_NANOS, () -> task.kill("its kernel socket was closed"));
        }
      }
    }
  }

  /** The process is gone, or never was: so is everything that the task held. */
  private void finish(RunningTask task, Optional<ExitRecord> exit) {
    if (tasks.remove(task.number()) == null) {
      return;
    }
    outsiders.remove(task.number());
    task.session().ifPresent(session -> session.end(""));
    crashed(task, Ending.of(exit));
    listener.leaving(task);
    task.task().terminate();
    task.suspension().end();
    task.process()
        .ifPresent(process -> {
          process
              .failure()
              .ifPresent(
                  why -> task.explain("task.failed", ErrorCode.SANDBOX.dotted() + ": " + why));
          process.close(closer);
        });
    task.launch()
        .ifPresent(launch -> {
          exit.flatMap(record ->
                  sandboxes.limitMet(task.task().id().toString(), launch.record().limits(), record))
              .ifPresent(why -> task.explain("task.limit", why));
          launch.image().filter(Descriptor::isOpen).ifPresent(closer::close);
          launch.ports().release(ipc);
          sandboxes.release(task.task().id().toString(), launch.identity());
        });
    task.ended();
    listener.ended(task, exit);
  }

  /**
   * Asks a task to end in good order.
   *
   * @param patience nanoseconds after which it is killed; empty for never
   */
  public void terminate(long number, OptionalLong patience, Optional<EventId> cause) {
    find(number).ifPresent(task -> task.terminate(cause));
    patience.ifPresent(nanos ->
        loop.after(
            Math.max(0, nanos),
            () -> find(number).ifPresent(task -> task.kill("asked to end, and did not", cause))));
  }

  /** Tells who asked for it, unless the kernel ended it on purpose. */
  private static void crashed(RunningTask task, Ending ending) {
    if (ending.isCrash() && task.reason().isEmpty()) {
      long code = ExceptionMessage.crashCode(ending.signal(), Math.max(0, ending.status()));
      task.task().exceptions().raise(ExceptionKind.CRASH, code, 0);
    }
  }

  /** The task with this number, if it lives. */
  public Optional<RunningTask> find(long number) {
    return Optional.ofNullable(tasks.get(number));
  }

  /** Programs outside that were not let in. */
  long refusedPrograms() {
    return refusedPrograms;
  }

  public List<RunningTask> all() {
    return List.copyOf(tasks.values());
  }

  /** Whether neither a program outside nor a service is left. */
  public boolean areOnlyOwn() {
    return count(RunningTask.Kind.OUTSIDE) + count(RunningTask.Kind.SERVICE) == 0;
  }

  private long count(RunningTask.Kind kind) {
    return tasks.values().stream().filter(task -> task.kind() == kind).count();
  }

  private static AuditToken token(
      TaskId id, int uid, int gid, int pid, int session, CodeIdentity code) {
    return new AuditToken(
        uid, uid, gid, uid, gid, pid, session, (int) id.counter(), id.counter(), code);
  }

  private static CodeIdentity noCode() {
    return CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]);
  }

  private static int ownUid() {
    return ThisProcess.uid();
  }

  private static int ownGid() {
    return ThisProcess.gid();
  }
}
