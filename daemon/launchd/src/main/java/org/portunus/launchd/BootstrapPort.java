// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.BootstrapMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.launchd.plist.JobPlist;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.PortName;

/**
 * Answers the bootstrap port, to which every task can send. The sender is who the kernel says it
 * is; nothing in the message is believed.
 */
final class BootstrapPort {
  private static final int MAX_NAME = 128;
  private static final int MAX_END = 1024;
  private static final byte[] DONE = new WireWriter().i32(0).toBytes();

  private final KernelSocket kernel;
  private final Supervisor supervisor;
  private final PortName control;

  /**
   * @param control send right to launchd's own control service
   */
  BootstrapPort(KernelSocket kernel, Supervisor supervisor, PortName control) {
    this.kernel = kernel;
    this.supervisor = supervisor;
    this.control = control;
  }

  /** The answer to a look-up that any task may make of a service that is there; any thread. */
  Optional<OutgoingMessage> answerAtOnce(IncomingMessage request) {
    if (request.id() != BootstrapMessage.LOOK_UP) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(supervisor.openServices().get(sentName(request)))
          .flatMap(port -> answer(request, List.of(port.forClient()), DONE));
    } catch (MalformedFrameException malformed) {
      return Optional.empty();
    }
  }

  /** Handles one message, on the supervisor's thread. */
  void handle(MachMessage message) {
    IncomingMessage request = message.content();
    boolean answered = false;
    try {
      answered =
          switch (request.id()) {
            case BootstrapMessage.LOOK_UP -> lookUp(request, name(request));
            case BootstrapMessage.LAST_END -> lastEnd(request, name(request));
            case BootstrapMessage.SERVING -> {
              serves(request.sender().task());
              yield false;
            }
            default ->
                throw new PortunusException(
                    ErrorCode.PROTOCOL, "the bootstrap port has no message " + request.id());
          };
    } catch (PortunusException refusal) {
      answered = refuse(request, refusal.code(), refused(request, refusal));
    } finally {
      request.ports().forEach(right -> supervisor.inbox().discard(right, supervisor::returned));
      if (!answered) {
        request.reply().ifPresent(right -> supervisor.inbox().discard(right, supervisor::returned));
      }
    }
  }

  private static String name(IncomingMessage request) {
    try {
      String name = sentName(request);
      if (!name.matches(JobPlist.NAME_FORM)) {
        throw new PortunusException(ErrorCode.NAME_UNKNOWN, "no service has a name of this form");
      }
      return name;
    } catch (MalformedFrameException e) {
      throw new PortunusException(
          ErrorCode.PROTOCOL, "a message to the bootstrap port: " + e.getMessage(), e);
    }
  }

  private static String sentName(IncomingMessage request) throws MalformedFrameException {
    WireReader in = new WireReader(request.data());
    String name = in.string("name", MAX_NAME);
    in.end();
    return name;
  }

  private boolean lookUp(IncomingMessage request, String name) {
    if (name.equals(Launchd.CONTROL)) {
      if (isInside(request.sender())) {
        throw new PortunusException(
            ErrorCode.DENIED, name + " is for programs outside the sandboxes");
      }
      return reply(request, List.of(control.as(Disposition.COPY_SEND)));
    }
    ServicePort port =
        supervisor
            .service(name)
            .orElseThrow(() ->
                new PortunusException(
                    ErrorCode.NAME_UNKNOWN, "no job of this instance offers " + name));
    Optional<ManagedJob> debugged =
        supervisor.byService(name).filter(job -> !job.life().plist().machServices().contains(name));
    if (debugged.isPresent()) {
      lookUpDebugger(request, name, debugged.get().life().label());
    }
    return reply(request, List.of(port.forClient()));
  }

  private void lookUpDebugger(IncomingMessage request, String name, String label) {
    if (isInside(request.sender())) {
      throw new PortunusException(
          ErrorCode.DENIED, name + " is for programs outside the sandboxes");
    }
    supervisor
        .log()
        .noteRefusal(
            label,
            LogEvent.of("debug.open")
                .with("label", label)
                .with("task", supervisor.log().id(request.sender().task()))
                .with("uid", Integer.toUnsignedString(request.sender().euid())));
  }

  /** Told to everybody, as the pause after too many crashes is. */
  private boolean lastEnd(IncomingMessage request, String name) {
    ManagedJob job =
        supervisor
            .byService(name)
            .orElseThrow(() ->
                new PortunusException(
                    ErrorCode.NAME_UNKNOWN, "no job of this instance offers " + name));
    supervisor.askLastEnd(
        job,
        how -> {
          byte[] data = new WireWriter().i32(0).text(how, MAX_END).toBytes();
          if (!send(request, List.of(), data)) {
            request
                .reply()
                .ifPresent(right -> supervisor.inbox().discard(right, supervisor::returned));
          }
        });
    return true;
  }

  /** The kernel gives a session number only to programs from outside. */
  private static boolean isInside(AuditToken sender) {
    return sender.session() == 0;
  }

  private void serves(long task) {
    supervisor.serves(
        supervisor
            .byTask(task)
            .orElseThrow(
                () -> new PortunusException(ErrorCode.DENIED, "no job was started as this task")));
  }

  private boolean reply(IncomingMessage request, List<PortDescriptor> rights) {
    return send(request, rights, DONE);
  }

  private boolean refuse(IncomingMessage request, ErrorCode code, String detail) {
    byte[] data = new WireWriter().i32(code.number()).string(detail).toBytes();
    return send(request, List.of(), data);
  }

  /**
   * Sends an answer without waiting; false if there was nobody to take it. Only by a send-once
   * right, for which its maker pays: who asks and does not read uses up nothing of launchd's.
   */
  private boolean send(IncomingMessage request, List<PortDescriptor> rights, byte[] data) {
    Optional<OutgoingMessage> answer = answer(request, rights, data);
    try {
      answer.ifPresent(message -> kernel.send(message, List.of()));
      return answer.isPresent();
    } catch (KernelResultException gone) {
      return false;
    }
  }

  private static Optional<OutgoingMessage> answer(
      IncomingMessage request, List<PortDescriptor> rights, byte[] data) {
    return request
        .reply()
        .filter(right -> new PortName(right.name()).isValid())
        .filter(right -> right.disposition() == Disposition.MOVE_SEND_ONCE)
        .map(reply ->
            new OutgoingMessage(
                0, reply, Optional.empty(), request.id() + BootstrapMessage.REPLY, rights, data));
  }

  /** What the sender is told, with the id of the event behind it. */
  private String refused(IncomingMessage request, PortunusException refusal) {
    String uid = Integer.toUnsignedString(request.sender().euid());
    boolean unknown = refusal.code() == ErrorCode.NAME_UNKNOWN;
    return supervisor
        .log()
        .noteRefusal(
            uid,
            LogEvent.of(unknown ? "bootstrap.unknown" : "bootstrap.refuse")
                .with("task", supervisor.log().id(request.sender().task()))
                .with("uid", uid)
                .with("reason", String.valueOf(refusal.getMessage())))
        .map(id -> id.behind(refusal.detail()))
        .orElse(refusal.detail());
  }
}
