// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.mach.ExceptionKind;
import org.portunus.abi.mach.GuardException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MessageStep;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.TaskFlavor;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.ExceptionMessage;
import org.portunus.abi.wire.NameList;
import org.portunus.abi.wire.WireWriter;

/**
 * All objects of an instance, and the work list of consequences that keeps operations flat.
 *
 * <p>Invariants: when an operation returns to a caller outside, the list of consequences is empty.
 * Consequences never call a continuation; continuations run after them, never inside an operation.
 */
public final class Ipc {
  /** A list that was longer gives its room back. */
  private static final int KEPT_ROOM = 4096;

  final Tally tally = new Tally();
  final Expiries expiries = new Expiries();
  final Vouchers vouchers = new Vouchers(this);

  private final AuditToken kernel;
  private final Pool pool;
  private final Map<TaskId, Task> tasks = new LinkedHashMap<>();
  private ArrayDeque<Runnable> consequences = new ArrayDeque<>();
  private ArrayDeque<Runnable> continuations = new ArrayDeque<>();
  private boolean continuing;
  private @Nullable MessageListener trace;
  private TaskServer taskServer = (task, flavor, message) -> destroy(message);
  private GuardListener guards = (task, name, exception, guard) -> {};
  private ImportanceListener urgency = (task, effective, by) -> {};
  private LimitListener limits = LimitListener.NOBODY;

  /**
   * @param kernel the sender of notifications
   * @param pool what all tasks together may make the kernel hold
   */
  public Ipc(AuditToken kernel, Pool pool) {
    this.kernel = kernel;
    this.pool = pool;
  }

  /**
   * @throws IllegalArgumentException if a task of this id lives
   */
  public Task createTask(TaskId id, AuditToken token, Quota quota) {
    if (tasks.containsKey(id)) {
      throw new IllegalArgumentException(id + " exists");
    }
    Task task = new Task(this, id, token, quota);
    tasks.put(id, task);
    return task;
  }

  public Optional<Task> task(TaskId id) {
    return Optional.ofNullable(tasks.get(id));
  }

  public List<Task> tasks() {
    return List.copyOf(tasks.values());
  }

  /** Who says when the time of diminished rights is up; before there is one. */
  public void keepTime(LongSupplier clock, Alarm alarm) {
    expiries.keepTime(clock, alarm);
  }

  /** Who hears of broken guards from now on. */
  public void listenToGuards(GuardListener listener) {
    guards = listener;
  }

  /** Who hears how urgently tasks work from now on. */
  public void listenToImportance(ImportanceListener listener) {
    urgency = listener;
  }

  void importanceChanged(Task task, Optional<Task> by) {
    continuation(() -> urgency.changed(task, task.effectiveQos(), by));
  }

  /** Who hears of limits that tasks meet from now on. */
  public void listenToLimits(LimitListener listener) {
    limits = listener;
  }

  LimitListener limits() {
    return limits;
  }

  /** Who hears of messages from now on; at most one. */
  public void traceMessages(@Nullable MessageListener listener) {
    trace = listener;
  }

  /** Who answers messages to the ports that stand for tasks; until then they are destroyed. */
  public void serveTasks(TaskServer server) {
    taskServer = server;
  }

  void serveTask(Task task, TaskFlavor flavor, KernelMessage message) {
    taskServer.received(task, flavor, message);
  }

  /** Gives up all that a message brought. */
  public void destroy(KernelMessage message) {
    message.reply().ifPresent(this::drop);
    message.ports().forEach(this::drop);
    message.custody().forEach(Custody::release);
    settle();
  }

  /** The sender of what the kernel sends. */
  AuditToken kernelToken() {
    return kernel;
  }

  void passed(MessageStep step, Message message) {
    MessageListener listener = trace;
    if (listener != null) {
      Port port = message.port();
      listener.passed(step, message.content(), receiver(port), port.receiverName());
    }
  }

  private static long receiver(Port port) {
    Space space = port.receiver();
    if (space != null) {
      return space.task().id().counter();
    }
    return port.isKernels() ? NameList.KERNEL : NameList.NOBODY;
  }

  void violated(Task task, int name, GuardException exception, PortGuard guard) {
    long value = guard.context();
    continuation(() -> {
      task.exceptions()
          .raise(ExceptionKind.GUARD, ExceptionMessage.guardCode(name, exception), value);
      guards.violated(task, name, exception, value);
    });
  }

  /** A port whose messages the kernel itself gets, without queueing. */
  public Port createKernelPort(KernelReceiver receiver) {
    return new Port(this, Optional.of(receiver));
  }

  /** A port whose receive right is in the kernel's hands, to be put into a space. */
  public CarriedRight createPort() {
    return CarriedRight.of(RightKind.RECEIVE, new Port(this, Optional.empty()));
  }

  /**
   * Sends from the kernel, at once and whatever the queue's limit. Consumes the destination and
   * everything in the message, whatever the result. By a send-once right nobody pays, since its
   * maker does; by a send right the receiver pays, so that nobody makes the kernel fill a queue by
   * asking and not reading.
   *
   * @return SUCCESS, SEND_INVALID_DEST, or RESOURCE_SHORTAGE if the receiver's quota is used up, or
   *     nobody receives and the queue is full
   */
  public KernReturn send(CarriedRight destination, KernelMessage content) {
    KernReturn result = post(destination, content);
    settle();
    return result;
  }

  /**
   * Sends from the kernel in the name of a task, which pays until somebody receives it; whether the
   * queue is full is the caller's to ask. Consumes as {@link #send} does.
   *
   * @return SUCCESS, SEND_INVALID_DEST, SEND_EXPIRED or SEND_MSG_FILTERED by a diminished right, or
   *     RESOURCE_SHORTAGE if the task's quota is used up
   */
  public KernReturn sendFor(Task task, CarriedRight destination, KernelMessage content) {
    KernReturn result = KernReturn.SUCCESS;
    Port port = destination.target();
    if (port == null || !port.isAlive()) {
      result = KernReturn.SEND_INVALID_DEST;
    } else if (destination.diminished() != null) {
      result = allowed(destination, content);
    }
    if (result == KernReturn.SUCCESS && !task.account().affords(cost(content))) {
      result = KernReturn.RESOURCE_SHORTAGE;
    }
    if (result == KernReturn.SUCCESS) {
      Delivery.deliver(this, new Message(this, destination, content, task.account()));
    } else {
      discard(destination, content);
    }
    settle();
    return result;
  }

  /** As {@link #sendFor}, as a consequence, and also beyond what the task can afford. */
  void sendOnCredit(Task task, CarriedRight destination, KernelMessage content) {
    consequence(() -> {
      Port port = destination.target();
      if (port == null || !port.isAlive()) {
        discard(destination, content);
      } else {
        Delivery.deliver(this, new Message(this, destination, content, task.account()));
      }
    });
  }

  private KernReturn post(CarriedRight destination, KernelMessage content) {
    Port port = destination.target();
    if (port == null || destination.kind() == RightKind.RECEIVE || !port.isAlive()) {
      discard(destination, content);
      return KernReturn.SEND_INVALID_DEST;
    }
    KernReturn allowed = allowed(destination, content);
    if (allowed != KernReturn.SUCCESS) {
      discard(destination, content);
      return allowed;
    }
    Space receiver = port.receiver();
    boolean once = destination.kind() == RightKind.SEND_ONCE;
    boolean unpaid = once || port.kernelReceiver().isPresent();
    Account payer = unpaid || receiver == null ? null : receiver.task().account();
    if (!unpaid && (payer == null ? port.queue().isFull() : !payer.affords(cost(content)))) {
      discard(destination, content);
      return KernReturn.RESOURCE_SHORTAGE;
    }
    Delivery.deliver(this, new Message(this, destination, content, payer));
    return KernReturn.SUCCESS;
  }

  private static KernReturn allowed(CarriedRight destination, KernelMessage content) {
    if (destination.hasExpired()) {
      return KernReturn.SEND_EXPIRED;
    }
    return destination.refuses(content.id()) ? KernReturn.SEND_MSG_FILTERED : KernReturn.SUCCESS;
  }

  private static long cost(KernelMessage content) {
    int rights = content.ports().size();
    return Message.cost(content.data().length, rights, rights);
  }

  private void discard(CarriedRight destination, KernelMessage content) {
    drop(destination);
    content.reply().ifPresent(this::drop);
    content.voucher().ifPresent(this::drop);
    content.ports().forEach(this::drop);
    content.custody().forEach(Custody::release);
  }

  /** Gives up a right that the kernel holds: as deallocating it, or destroying a receive right. */
  public void release(CarriedRight right) {
    drop(right);
    settle();
  }

  /** Ends a port of the kernel's own. */
  public void destroyKernelPort(Port port) {
    port.destroyKernelPort();
    settle();
  }

  public Counts counts() {
    return new Counts(
        tasks.size(),
        tally.ports,
        tally.portSets,
        tally.names,
        tally.messages,
        tally.carried,
        tally.custodies,
        tally.blockedSends,
        tally.pendingReceives);
  }

  void forget(Task task) {
    tasks.remove(task.id());
  }

  /** Bytes of messages that a task may come to hold while others hold what they do. */
  long bytesShare() {
    return pool.share(pool.bytes(), tally.bytes);
  }

  /** As {@link #bytesShare}, of names. */
  long namesShare() {
    return pool.share(pool.names(), tally.names);
  }

  /** Adds a step that runs before the current operation returns. */
  void consequence(Runnable step) {
    consequences.add(step);
  }

  /** Adds a call out of this layer, made when every object is consistent. */
  void continuation(Runnable call) {
    continuations.add(call);
  }

  /** Ends an operation. */
  void settle() {
    runConsequences();
    if (continuing) {
      return;
    }
    continuing = true;
    int called = 0;
    try {
      for (Runnable call = continuations.poll(); call != null; call = continuations.poll()) {
        call.run();
        runConsequences();
        called++;
      }
    } finally {
      continuing = false;
    }
    if (called > KEPT_ROOM) {
      continuations = new ArrayDeque<>();
    }
  }

  private void runConsequences() {
    int ran = 0;
    for (Runnable step = consequences.poll(); step != null; step = consequences.poll()) {
      step.run();
      ran++;
    }
    if (ran > KEPT_ROOM) {
      consequences = new ArrayDeque<>();
    }
  }

  /** Releases a right; what follows from it comes on the list. */
  void drop(CarriedRight right) {
    right.endBoost();
    Port port = right.target();
    if (port == null) {
      right.spend();
      return;
    }
    switch (right.kind()) {
      case SEND -> {
        right.spend();
        port.loseSend(right.diminished());
      }
      case SEND_ONCE -> {
        if (port.isAlive()) {
          notify(right, NotificationKind.SEND_ONCE, List.of(), new byte[0]);
        } else {
          right.spend();
          port.loseSendOnce();
        }
      }
      case RECEIVE -> {
        right.spend();
        consequence(port::destroyReceive);
      }
      case PORT_SET, DEAD_NAME -> throw new IllegalStateException("never carried");
    }
  }

  /** Sends a notification by a send-once right, which it consumes. */
  void notify(CarriedRight once, NotificationKind kind, int value) {
    notify(once, kind, List.of(), new WireWriter().i32(value).toBytes());
  }

  void notifyPortDestroyed(CarriedRight once, CarriedRight receive) {
    notify(once, NotificationKind.PORT_DESTROYED, List.of(receive), new byte[0]);
  }

  private void notify(
      CarriedRight once, NotificationKind kind, List<CarriedRight> ports, byte[] data) {
    tally.countNotification(kind);
    KernelMessage content =
        new KernelMessage(kind.number(), data, Optional.empty(), ports, List.of(), kernel);
    consequence(() -> post(once, content));
  }
}
