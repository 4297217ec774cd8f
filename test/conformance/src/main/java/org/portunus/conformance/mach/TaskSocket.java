// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.system.port.PortName;
import portunus.probe.mach.MachRefusal;
import portunus.probe.mach.MachTask;
import portunus.probe.mach.MemoryTrial;

/** The kernel socket of one task, in this process or in its own, as rows with one task use it. */
final class TaskSocket {
  private final MachTask task;

  TaskSocket(MachTask task) {
    this.task = task;
  }

  /** A result other than success. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final KernReturn result;

    Refused(MachRefusal refusal) {
      super(refusal);
      this.result = refusal.result();
    }

    KernReturn result() {
      return result;
    }
  }

  /** What may be refused. */
  private interface Operation<T> {
    T run() throws MachRefusal;
  }

  /** The same without a value. */
  private interface Action {
    void run() throws MachRefusal;
  }

  private static <T> T of(Operation<T> operation) {
    try {
      return operation.run();
    } catch (MachRefusal refusal) {
      throw new Refused(refusal);
    }
  }

  private static void run(Action action) {
    try {
      action.run();
    } catch (MachRefusal refusal) {
      throw new Refused(refusal);
    }
  }

  PortName allocate(RightKind kind) {
    return new PortName(of(() -> task.allocate(kind)));
  }

  void insertRight(PortName name, PortName right, Disposition disposition) {
    run(() -> task.insertRight(name.number(), right.number(), disposition));
  }

  void modRefs(PortName name, RightKind kind, int delta) {
    run(() -> task.modRefs(name.number(), kind, delta));
  }

  void deallocate(PortName name) {
    run(() -> task.deallocate(name.number()));
  }

  void destroy(PortName name) {
    run(() -> task.destroy(name.number()));
  }

  int getRefs(PortName name, RightKind kind) {
    return of(() -> task.getRefs(name.number(), kind));
  }

  int type(PortName name) {
    return of(() -> task.type(name.number()));
  }

  Status status(PortName name) {
    return Status.of(of(() -> task.status(name.number())));
  }

  /** Of a receive right, by PORT_GET_STATUS. */
  record Status(
      int makeSendCount,
      int sequenceNumber,
      int queueLimit,
      int messages,
      int sendOnceRights,
      boolean sendRights,
      boolean portDestroyedRequest,
      boolean noSendersRequest) {
    private static Status of(List<Integer> words) {
      return new Status(
          words.get(0),
          words.get(1),
          words.get(2),
          words.get(3),
          words.get(4),
          words.get(5) == 1,
          words.get(6) == 1,
          words.get(7) == 1);
    }
  }

  void setQueueLimit(PortName name, int messages) {
    run(() -> task.setQueueLimit(name.number(), messages));
  }

  /** The right of the request before, if there was one. */
  Optional<PortName> requestNotification(
      PortName name, NotificationKind kind, int sync, Optional<PortDescriptor> notify) {
    int right = notify.map(PortDescriptor::name).orElse(0);
    Disposition disposition =
        notify.map(PortDescriptor::disposition).orElse(Disposition.MAKE_SEND_ONCE);
    List<Integer> previous =
        of(() -> task.replaceRequest(name.number(), kind, sync, right, disposition));
    return previous.stream().map(PortName::new).findFirst();
  }

  void moveMember(PortName member, PortName set) {
    run(() -> task.moveMember(member.number(), set.number()));
  }

  void send(OutgoingMessage message) {
    run(() -> task.send(message.toBytes()));
  }

  /** The next message; empty if none came in time. */
  Optional<IncomingMessage> receive(PortName name, Duration time) {
    try {
      return Optional.of(IncomingMessage.read(task.receive(name.number(), time.toNanos())));
    } catch (MachRefusal refusal) {
      if (refusal.result() == KernReturn.RCV_TIMED_OUT) {
        return Optional.empty();
      }
      throw new Refused(refusal);
    } catch (MalformedFrameException malformed) {
      throw new AssertionError("no message", malformed);
    }
  }

  /** Calls back when an armed port has a message; it is armed when this returns. */
  void arm(PortName name, Runnable fired) {
    run(() -> task.arm(name.number()));
    var _ =
        CompletableFuture.runAsync(() -> {
          run(() -> task.awaitArmed(name.number()));
          fired.run();
        });
  }

  /** Counter of the task's id. */
  long counter() {
    return task.task();
  }

  PortName bootstrap() {
    return new PortName(task.bootstrap());
  }

  /** Every name that the task has. */
  List<Integer> names() {
    return of(task::names);
  }

  /** What the task finds out about memory. */
  String memory(MemoryTrial trial) {
    return task.memory(trial);
  }
}
