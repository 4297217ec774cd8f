// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.KernelCounts;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.TaskExit;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.custody.HeldFile;
import org.portunus.kernel.entry.Connections;
import org.portunus.kernel.object.CarriedRight;
import org.portunus.kernel.object.Counts;
import org.portunus.kernel.object.Custody;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.KernelMessage;
import org.portunus.kernel.object.KernelReceiver;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.task.RunningTask;
import org.portunus.kernel.task.Tasks;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;

/**
 * What launchd asks of the kernel by messages: start a task, have it end, end it, counts; and where
 * the kernel tells of ends. Only launchd holds a right to it.
 *
 * <p>Lock: none; the loop.
 */
final class HostPort implements KernelReceiver {
  private static final int MAX_REASON = 512;
  private static final int MAX_DETAIL = 4096;

  /** Most exits that wait for an exit port. */
  private static final int MAX_EXITS = 1024;

  private static final int SPAWN_FILES = 3;

  private final Ipc ipc;
  private final AuditToken kernel;
  private final Connections connections;
  private Optional<Tasks> tasks = Optional.empty();
  private Optional<CarriedRight> exitPort = Optional.empty();
  private final List<TaskExit> waitingExits = new ArrayList<>();

  HostPort(Ipc ipc, AuditToken kernel, Connections connections) {
    this.ipc = ipc;
    this.kernel = kernel;
    this.connections = connections;
  }

  void serve(Tasks newTasks) {
    tasks = Optional.of(newTasks);
  }

  @Override
  public void received(Port port, KernelMessage message) {
    WireWriter reply = new WireWriter();
    try {
      handle(message, reply);
    } catch (MalformedFrameException violation) {
      reply = error(ErrorCode.PROTOCOL, String.valueOf(violation.getMessage()));
    } catch (PortunusException refusal) {
      reply = error(refusal.code(), String.valueOf(refusal.getMessage()));
    }
    if (message.reply().isPresent()) {
      byte[] data = reply.toBytes();
      ipc.send(
          message.reply().get(),
          new KernelMessage(
              message.id() + HostMessage.REPLY,
              data,
              Optional.empty(),
              List.of(),
              List.of(),
              kernel));
    }
  }

  private static WireWriter error(ErrorCode code, String detail) {
    return new WireWriter().i32(code.number()).text(detail, MAX_DETAIL);
  }

  private void handle(KernelMessage message, WireWriter reply) throws MalformedFrameException {
    boolean exitPortMessage = message.id() == HostMessage.SET_EXIT_PORT;
    if (!exitPortMessage) {
      message.ports().forEach(ipc::release);
    }
    if (message.id() != HostMessage.SPAWN) {
      message.custody().forEach(Custody::release);
    }
    WireReader in = new WireReader(message.data());
    switch (message.id()) {
      case HostMessage.SPAWN -> {
        long task = spawn(message);
        reply.i32(0).i64(task);
      }
      case HostMessage.KILL -> {
        long task = in.i64("task");
        String reason = in.string("reason", MAX_REASON);
        in.end();
        running().find(task).ifPresent(running -> running.kill(reason));
        reply.i32(0);
      }
      case HostMessage.TERMINATE -> {
        long task = in.i64("task");
        in.end();
        running().find(task).ifPresent(RunningTask::terminate);
        reply.i32(0);
      }
      case HostMessage.SET_EXIT_PORT -> {
        setExitPort(message.ports());
        reply.i32(0);
      }
      case HostMessage.COUNTS -> {
        in.end();
        reply.i32(0).fixed(counts().toBytes());
      }
      default -> throw new MalformedFrameException("host message " + message.id());
    }
  }

  private Tasks running() {
    return tasks.orElseThrow();
  }

  private long spawn(KernelMessage message) throws MalformedFrameException {
    List<Custody> custody = message.custody();
    boolean handedOver = false;
    try {
      if (waitingExits.size() >= MAX_EXITS) {
        throw new PortunusException(
            ErrorCode.LIMIT_QUEUE, MAX_EXITS + " exits wait: set an exit port first");
      }
      if (custody.size() != SPAWN_FILES) {
        throw new MalformedFrameException(custody.size() + " descriptors with a spawn, not 3");
      }
      LaunchRecord record = LaunchRecord.read(message.data());
      Descriptor image = file(custody.get(0));
      int seals = MemoryFile.sealBits(image.raw());
      if (seals < 0 || (seals & MemoryFile.FULLY_SEALED) != MemoryFile.FULLY_SEALED) {
        throw new PortunusException(ErrorCode.BUNDLE, "the code image is not fully sealed");
      }
      Tasks.Pair output = new Tasks.Pair(file(custody.get(1)), file(custody.get(2)));
      long task = running().startService(record, image, output);
      handedOver = true;
      return task;
    } finally {
      if (!handedOver) {
        custody.forEach(Custody::release);
      }
    }
  }

  private static Descriptor file(Custody custody) throws MalformedFrameException {
    if (custody instanceof HeldFile file) {
      return file.descriptor();
    }
    throw new MalformedFrameException("a spawn takes files only");
  }

  private void setExitPort(List<CarriedRight> ports) throws MalformedFrameException {
    if (ports.size() != 1 || ports.getFirst().kind() != RightKind.SEND) {
      ports.forEach(ipc::release);
      throw new MalformedFrameException("an exit port is one send right");
    }
    exitPort.ifPresent(ipc::release);
    exitPort = Optional.of(ports.getFirst());
    List<TaskExit> exits = List.copyOf(waitingExits);
    waitingExits.clear();
    exits.forEach(this::exited);
  }

  /** Tells launchd that a task has ended; it waits while there is no exit port. */
  void exited(TaskExit exit) {
    if (exitPort.isEmpty()) {
      waitingExits.add(exit);
      return;
    }
    ipc.send(
        exitPort.get().copySend(),
        new KernelMessage(
            HostMessage.TASK_EXITED,
            exit.toBytes(),
            Optional.empty(),
            List.of(),
            List.of(),
            kernel));
  }

  private KernelCounts counts() {
    Counts counts = ipc.counts();
    List<KernelCounts.TaskCounts> each = new ArrayList<>();
    for (RunningTask task : running().all()) {
      AuditToken token = task.task().token();
      each.add(
          new KernelCounts.TaskCounts(
              task.number(),
              task.kind().toString(),
              task.label(),
              task.pid(),
              token.euid(),
              task.task().usage().names(),
              task.connections()));
    }
    return new KernelCounts(
        counts.ports(), connections.count(), counts.messages(), OpenDescriptors.count(), each);
  }
}
