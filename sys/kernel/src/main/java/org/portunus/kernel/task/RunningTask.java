// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.id.EventId;
import org.portunus.abi.identity.PeerIdentity;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.TaskLoads;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.object.Task;
import org.portunus.kernel.session.Session;
import org.portunus.linux.file.Descriptor;
import org.portunus.security.sandbox.limits.SandboxIdentity;

/**
 * A task as the kernel runs it: its objects, its kernel socket, its process if the kernel started
 * it.
 *
 * <pre>
 *   LAUNCHED   to GREETED    hello
 *   GREETED    to VERIFYING  TASK_READY
 *   VERIFYING  to RUNNING    the sandbox is as planned; the code is sent
 *   VERIFYING  to WAITING    of a spare: the sandbox is as planned
 *   WAITING    to VERIFYING  handed over: now a service, looked at once more
 *   RUNNING    to DRAINING   TASK_IDLE
 *   any        to ENDING     killed, socket ended, process ended, sandbox not as planned
 *   ENDING     to ENDED      process reaped (at once for a program outside)
 * </pre>
 *
 * A program outside the instance and launchd go from GREETED to RUNNING without a bundle's code.
 *
 * <p>Lock: none; the loop.
 */
public final class RunningTask {
  /** What kind of program it is. */
  public enum Kind {
    LAUNCHD("launchd"),
    SERVICE("service"),
    /** A service's sandbox without code; a service from its hand-over on. */
    SPARE("spare"),
    OUTSIDE("outside");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** See the picture above. */
  public enum State {
    LAUNCHED,
    GREETED,
    VERIFYING,
    WAITING,
    RUNNING,
    DRAINING,
    ENDING,
    ENDED
  }

  private static final long OUTSIDE_GRACE_NANOS = Duration.ofSeconds(5).toNanos();

  private final Task task;
  private Kind kind;
  private String label;
  private Optional<Launch> launch;
  private Runnable readyReply = () -> {};
  private State state;
  private Optional<Session> session = Optional.empty();
  private Optional<LaunchedProcess> process = Optional.empty();
  private Optional<TaskOutput> output = Optional.empty();
  private final TaskEvents events;
  private String reason = "";
  private Optional<EventId> begun = Optional.empty();
  private Optional<EventId> because = Optional.empty();
  private int connections;
  private Told told = Told.NOTHING;
  private final Suspension suspension = new Suspension();
  private Optional<DescriptorRoom> custody = Optional.empty();

  /**
   * What a service says of its calls.
   *
   * @param at when it said so, by the monotonic clock
   */
  public record Told(long taken, long answered, long at) {
    static final Told NOTHING = new Told(TaskLoads.Load.NOT_TOLD, 0, 0);

    boolean isNothing() {
      return taken == TaskLoads.Load.NOT_TOLD;
    }
  }

  /**
   * What a service or launchd was started with.
   *
   * @param image the sealed code image, handed over once; empty for launchd and a spare
   * @param ports what it is to serve, handed over once
   * @param identity its lease; empty without root
   */
  public record Launch(
      LaunchRecord record,
      Optional<Descriptor> image,
      EntrustedPorts ports,
      Optional<SandboxIdentity> identity) {}

  RunningTask(Task task, Kind kind, String label, Optional<Launch> launch, TaskEvents events) {
    this.task = task;
    this.events = events;
    this.kind = kind;
    this.label = label;
    this.launch = launch;
    this.state = State.LAUNCHED;
  }

  public Task task() {
    return task;
  }

  public Kind kind() {
    return kind;
  }

  public String label() {
    return label;
  }

  /** Counter of its TaskId. */
  public long number() {
    return task.id().counter();
  }

  public Optional<Launch> launch() {
    return launch;
  }

  public State state() {
    return state;
  }

  public boolean isEnding() {
    return state == State.ENDING || state == State.ENDED;
  }

  /** Makes one step of the picture; false when it is in another state. */
  public boolean advance(State from, State to) {
    if (state != from) {
      return false;
    }
    state = to;
    return true;
  }

  /** Keeps the answer to TASK_READY until the code is sent. */
  void answerReadyBy(Runnable reply) {
    readyReply = reply;
  }

  void answerReady() {
    readyReply.run();
  }

  /** A spare becomes the task of a launch, once; it keeps its sandbox, its uid and its number. */
  void handOver(LaunchRecord record, Descriptor image, EntrustedPorts ports) {
    Optional<SandboxIdentity> identity = launch.orElseThrow().identity();
    launch = Optional.of(new Launch(record, Optional.of(image), ports, identity));
    label = record.label();
    kind = Kind.SERVICE;
    task.bind(record.code());
  }

  void setSession(Session newSession) {
    session = Optional.of(newSession);
  }

  void setProcess(LaunchedProcess newProcess) {
    process = Optional.of(newProcess);
  }

  void setOutput(TaskOutput newOutput) {
    output = Optional.of(newOutput);
  }

  /** Where what it writes is read; of services and spares. */
  public Optional<TaskOutput> output() {
    return output;
  }

  public Optional<Session> session() {
    return session;
  }

  public Optional<LaunchedProcess> process() {
    return process;
  }

  /** Information for reports: 0 for a program outside. */
  public int pid() {
    return process.map(LaunchedProcess::insidePid).orElse(0);
  }

  public int connections() {
    return connections;
  }

  /** Counts a connection of this task as a client. */
  public void countConnections(int change) {
    connections += change;
  }

  /** It says how many calls it has taken and answered. */
  public void tell(long taken, long answered) {
    told = new Told(taken, answered, System.nanoTime());
  }

  Told told() {
    return told;
  }

  /** Requests of this task that were refused with an error. */
  long refusals() {
    return session.map(Session::refusals).orElse(0L);
  }

  /** Who it is to its peers. */
  public PeerIdentity identity() {
    return launch
        .map(Launch::record)
        .map(record ->
            new PeerIdentity(
                Optional.of(record.identifier()),
                Optional.of(record.code()).filter(code -> kind == Kind.SERVICE)))
        .orElse(PeerIdentity.NONE);
  }

  /** From a cancel to the kill; of a program outside that offers something, a fixed time. */
  public long graceNanos() {
    return launch
        .map(l -> Duration.ofMillis(l.record().limits().graceMillis()).toNanos())
        .orElse(OUTSIDE_GRACE_NANOS);
  }

  /** Tells the task something. */
  public void event(KernelOperation operation, byte[] body) {
    session.ifPresent(s -> s.event(operation, body, List.of()));
  }

  /**
   * Asks it to end in good order, once it runs; one that drains already does.
   *
   * @param cause the event that led to it
   */
  public void terminate(Optional<EventId> cause) {
    if (state == State.RUNNING) {
      because = because.or(() -> cause);
      event(KernelOperation.TASK_TERMINATE, new byte[0]);
    } else if (state != State.DRAINING) {
      kill("asked to end before it ran", cause);
    }
  }

  /** What it has of the room for descriptors that the kernel holds. */
  public DescriptorRoom custody(DescriptorRoom whole) {
    DescriptorRoom part = custody.orElseGet(whole::part);
    custody = Optional.of(part);
    return part;
  }

  /** Descriptors that the kernel holds for it or because of it, and nobody has taken yet. */
  int descriptors() {
    return custody.map(DescriptorRoom::used).orElse(0);
  }

  Suspension suspension() {
    return suspension;
  }

  /** Whether somebody else than itself has suspended it: then it can't keep its deadlines. */
  public boolean isHeld() {
    return suspension.isByOthers();
  }

  /** Why the kernel ended it; empty if it did not. */
  public String reason() {
    return reason;
  }

  /**
   * Records something that this task brought about, with its label.
   *
   * @return the event's id; empty if that was too often
   */
  public Optional<EventId> record(LogEvent event) {
    return events.caused(this, event.with("label", label));
  }

  /**
   * Records that a request of this task is refused.
   *
   * @return what the task is told: the detail, with the event's id behind it
   */
  public String refused(int operation, ErrorCode code, String detail) {
    return events.refusedRequest(this, operation, code, detail);
  }

  /** The event that led to its end, as far as the kernel knows. */
  public Optional<EventId> because() {
    return because;
  }

  /** The event with which it began. */
  void begun(EventId as) {
    begun = Optional.of(as);
  }

  /** The same; empty for a program outside. */
  public Optional<EventId> begun() {
    return begun;
  }

  /** Ends it for no reason but the one given. */
  public void kill(String why) {
    kill(why, Optional.empty());
  }

  /**
   * Ends it: its process is killed, its socket closed. The first reason is the one that counts.
   *
   * @param cause the event that led to it
   */
  public void kill(String why, Optional<EventId> cause) {
    if (isEnding()) {
      return;
    }
    state = State.ENDING;
    reason = why;
    because = events.killed(this, why, cause).or(() -> cause);
    process.ifPresent(LaunchedProcess::kill);
    session.ifPresent(s -> s.end(""));
  }

  /**
   * Why it ended, if nothing was said before.
   *
   * @param event name of the event that records it
   */
  void explain(String event, String why) {
    if (reason.isEmpty()) {
      reason = why;
      because = Optional.of(events.explained(this, event, why));
    }
  }

  void ended() {
    state = State.ENDED;
  }

  /** {@code LABEL[task-EPOCH-N]}, for logs. */
  @Override
  public String toString() {
    return label + "[" + task.id() + "]";
  }
}
