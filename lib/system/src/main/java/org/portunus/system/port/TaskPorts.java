// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.SpecialPort;
import org.portunus.abi.mach.TaskFlavor;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.TaskLimits;
import org.portunus.abi.wire.TaskMessage;
import org.portunus.abi.wire.TaskUsage;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;

/**
 * Ports that stand for tasks, and what can be asked of a task by a send right to one. Which flavour
 * a request needs is said at {@link TaskMessage}; a refusal is a {@link KernelResultException},
 * such as INVALID_ARGUMENT for too weak a flavour and SEND_INVALID_DEST for a task that has ended.
 *
 * <p>Callable from any thread; each request has a reply port of its own, which is gone when the
 * method returns.
 */
public final class TaskPorts {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KernelSocket kernel;

  public TaskPorts(KernelSocket kernel) {
    this.kernel = kernel;
  }

  /** TASK_SELF: one more reference to a send right to the caller's own port of this flavour. */
  public PortName self(TaskFlavor flavor) {
    return ReplyReading.name(
        kernel.questions.ask(KernelOperation.TASK_SELF, new WireWriter().u8(flavor.number())),
        "task port");
  }

  /** Ends the task, as kill -9 does; with all that it held. */
  public void terminate(PortName task) {
    done(task, TaskMessage.TERMINATE);
  }

  /** Stops its process, until it was resumed as often as suspended. */
  public void suspend(PortName task) {
    done(task, TaskMessage.SUSPEND);
  }

  /** Takes one suspension back; FAILURE if there is none. */
  public void resume(PortName task) {
    done(task, TaskMessage.RESUME);
  }

  private void done(PortName task, int id) {
    Boolean _ = ask(task, id, new WireWriter(), Optional.empty(), ReplyReading::nothing);
  }

  /** Who it is. */
  public AuditToken identity(PortName task) {
    WireWriter body = new WireWriter().i32(TaskUsage.AUDIT_TOKEN_FLAVOR);
    return ask(task, TaskMessage.INFO, body, Optional.empty(), AuditToken::read);
  }

  /** What the kernel holds for it. */
  public TaskUsage usage(PortName task) {
    WireWriter body = new WireWriter().i32(TaskUsage.FLAVOR);
    return ask(task, TaskMessage.INFO, body, Optional.empty(), TaskUsage::read);
  }

  /** Every name of it; they mean nothing in the caller's own space. */
  public List<ReceiveRights.NamedRight> names(PortName task) {
    List<ReceiveRights.NamedRight> all = new ArrayList<>();
    while (true) {
      WireWriter body = new WireWriter().i32(all.size());
      int left = ask(task, TaskMessage.NAMES, body, Optional.empty(), in -> read(in, all));
      if (left <= 0) {
        return List.copyOf(all);
      }
    }
  }

  /** How many are left to ask for. */
  private static int read(WireReader in, List<ReceiveRights.NamedRight> all)
      throws MalformedFrameException {
    int total = in.i32("names");
    int count = in.i32("names here");
    for (int i = 0; i < count; i++) {
      all.add(new ReceiveRights.NamedRight(new PortName(in.i32("name")), in.i32("type")));
    }
    in.end();
    return count == 0 ? 0 : total - all.size();
  }

  /** Lowers its limits; INVALID_VALUE if one would grow. */
  public void lowerLimits(PortName task, TaskLimits limits) {
    WireWriter body = new WireWriter().fixed(limits.toBytes());
    Boolean _ = ask(task, TaskMessage.LOWER_LIMITS, body, Optional.empty(), ReplyReading::nothing);
  }

  /** A send right that is now the caller's; {@link PortName#NULL} if nobody has set that port. */
  public PortName special(PortName task, SpecialPort which) {
    WireWriter body = new WireWriter().i32(which.number());
    try (MachMessage answer =
        exchange(task, TaskMessage.GET_SPECIAL_PORT, body, Optional.empty())) {
      IncomingMessage content = answer.content();
      ReplyReading.read(checked(content), ReplyReading::nothing);
      return new PortName(content.ports().getFirst().name());
    }
  }

  /**
   * Sets one of the ports that the kernel keeps for the task.
   *
   * @param right gives a send right; empty for nobody
   */
  public void setSpecial(PortName task, SpecialPort which, Optional<PortDescriptor> right) {
    WireWriter body = new WireWriter().i32(which.number());
    Boolean _ = ask(task, TaskMessage.SET_SPECIAL_PORT, body, right, ReplyReading::nothing);
  }

  private <T> T ask(
      PortName task,
      int id,
      WireWriter body,
      Optional<PortDescriptor> right,
      ReplyReading.Reading<T> reading) {
    try (MachMessage answer = exchange(task, id, body, right)) {
      return ReplyReading.read(checked(answer.content()), reading);
    }
  }

  private MachMessage exchange(
      PortName task, int id, WireWriter body, Optional<PortDescriptor> right) {
    PortName reply = kernel.allocate(RightKind.RECEIVE);
    try {
      OutgoingMessage question =
          new OutgoingMessage(
              PATIENCE.toNanos(),
              task.as(Disposition.COPY_SEND),
              Optional.of(reply.as(Disposition.MAKE_SEND_ONCE)),
              id,
              right.stream().toList(),
              body.toBytes());
      MachMessage answer =
          kernel
              .ask(question, reply, PATIENCE)
              .orElseThrow(() ->
                  new PortunusException(ErrorCode.DEADLINE, "no answer from a port of a task"));
      if (answer.content().id() != id + TaskMessage.REPLY) {
        answer.close();
        throw new KernelResultException(KernelOperation.MESSAGE_SEND, KernReturn.SEND_INVALID_DEST);
      }
      return answer;
    } finally {
      kernel.destroyLater(reply);
    }
  }

  private static WireReader checked(IncomingMessage answer) {
    WireReader in = new WireReader(answer.data());
    int number = ReplyReading.read(in, reader -> reader.i32("result"));
    KernReturn result =
        KernReturn.of(number).orElseThrow(() -> ReplyReading.kernelFault("result " + number));
    if (result != KernReturn.SUCCESS) {
      throw new KernelResultException(KernelOperation.MESSAGE_SEND, result);
    }
    return in;
  }
}
