// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.TaskFlavor;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.EventField;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.KernelCounts;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.LinkList;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.Route;
import org.portunus.abi.wire.TaskExit;
import org.portunus.abi.wire.TraceQuestion;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.custody.HeldFile;
import org.portunus.kernel.entry.Connections;
import org.portunus.kernel.entry.LastServed;
import org.portunus.kernel.link.Links;
import org.portunus.kernel.link.Relays;
import org.portunus.kernel.object.CarriedRight;
import org.portunus.kernel.object.Counts;
import org.portunus.kernel.object.Custody;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.KernelMessage;
import org.portunus.kernel.object.KernelReceiver;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.task.EntrustedPorts;
import org.portunus.kernel.task.Loads;
import org.portunus.kernel.task.RunningTask;
import org.portunus.kernel.task.TaskOutput;
import org.portunus.kernel.task.Tasks;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;

/**
 * What launchd asks of the kernel by messages: start a task, have it end, end it, counts, who is
 * connected and how; and where the kernel tells of ends. Only launchd holds a right to it.
 *
 * <p>Lock: none; the loop.
 */
final class HostPort implements KernelReceiver {
  private static final int MAX_REASON = 512;
  private static final int MAX_DETAIL = 4096;

  /** Most exits that wait for an exit port. */
  private static final int MAX_EXITS = 1024;

  private static final int SPAWN_FILES = 1;
  private static final int PREPARE_FILES = 0;
  private static final int HAND_OVER_FILES = 1;
  private static final int CRASH_FILES = 1;

  private final Ipc ipc;
  private final AuditToken kernel;
  private final Connections connections;
  private final Links links;
  private final Relays relays;
  private final LastServed lastServed;
  private final CrashKeeper crashes;
  private final MessageTrace trace;
  private final Inheritances inheritances;
  private Optional<Tasks> tasks = Optional.empty();
  private Optional<Loads> loads = Optional.empty();
  private Optional<CarriedRight> exitPort = Optional.empty();
  private final List<TaskExit> waitingExits = new ArrayList<>();

  /** Takes a crash report, which stays the caller's. */
  interface CrashKeeper {
    void keep(long task, Descriptor report);
  }

  HostPort(
      Ipc ipc,
      AuditToken kernel,
      Connections connections,
      Links links,
      Relays relays,
      LastServed lastServed,
      Inheritances inheritances,
      CrashKeeper crashes) {
    this.inheritances = inheritances;
    this.lastServed = lastServed;
    this.crashes = crashes;
    this.links = links;
    this.relays = relays;
    this.ipc = ipc;
    this.trace = new MessageTrace(ipc, System::nanoTime);
    this.kernel = kernel;
    this.connections = connections;
  }

  void serve(Tasks newTasks, Loads newLoads) {
    tasks = Optional.of(newTasks);
    loads = Optional.of(newLoads);
  }

  @Override
  public void received(Port port, KernelMessage message) {
    if (message.id() == HostMessage.LOADS) {
      message.ports().forEach(ipc::release);
      message.custody().forEach(Custody::release);
      loads
          .orElseThrow()
          .collect(found ->
              answer(
                  message, new WireWriter().i32(0).fixed(found.toBytes()), List.of(), List.of()));
      return;
    }
    WireWriter reply = new WireWriter();
    List<CarriedRight> back = List.of();
    List<Custody> files = List.of();
    try {
      if (message.id() == HostMessage.TASK_PORT) {
        back = taskPort(message, reply);
      } else {
        files = handle(message, reply);
      }
    } catch (MalformedFrameException violation) {
      reply = error(ErrorCode.PROTOCOL, String.valueOf(violation.getMessage()));
      back = unused(message);
    } catch (PortunusException refusal) {
      reply = error(refusal.code(), String.valueOf(refusal.getMessage()));
      back = unused(message);
    }
    answer(message, reply, back, files);
  }

  private void answer(
      KernelMessage message, WireWriter reply, List<CarriedRight> back, List<Custody> files) {
    if (message.reply().isPresent()) {
      byte[] data = reply.toBytes();
      ipc.send(
          message.reply().get(),
          new KernelMessage(
              message.id() + HostMessage.REPLY, data, Optional.empty(), back, files, kernel));
    } else {
      back.forEach(ipc::release);
      files.forEach(Custody::release);
    }
  }

  /** Whether a message brings the receive rights of a task's services. */
  private static boolean launches(KernelMessage message) {
    return message.id() == HostMessage.SPAWN || message.id() == HostMessage.HAND_OVER;
  }

  /** What goes back with a refusal. */
  private static List<CarriedRight> unused(KernelMessage message) {
    return launches(message) ? message.ports() : List.of();
  }

  private static WireWriter error(ErrorCode code, String detail) {
    return new WireWriter().i32(code.number()).text(detail, MAX_DETAIL);
  }

  /** Gives a right to a port that stands for a task. */
  private List<CarriedRight> taskPort(KernelMessage message, WireWriter reply)
      throws MalformedFrameException {
    message.ports().forEach(ipc::release);
    message.custody().forEach(Custody::release);
    WireReader in = new WireReader(message.data());
    long task = in.i64("task");
    int number = in.u8("flavor");
    in.end();
    TaskFlavor flavor =
        TaskFlavor.of(number).orElseThrow(() -> new MalformedFrameException("flavor " + number));
    reply.i32(0);
    return running()
        .find(task)
        .flatMap(found -> found.task().ports().own(flavor).value())
        .map(Port::makeSend)
        .stream()
        .toList();
  }

  /** Gives the files that go with the reply. */
  private List<Custody> handle(KernelMessage message, WireWriter reply)
      throws MalformedFrameException {
    boolean carriesPorts =
        launches(message)
            || message.id() == HostMessage.SET_EXIT_PORT
            || message.id() == HostMessage.KEEP
            || message.id() == HostMessage.SET_ROUTE;
    if (!carriesPorts) {
      message.ports().forEach(ipc::release);
    }
    if (!launches(message)
        && message.id() != HostMessage.PREPARE
        && message.id() != HostMessage.CRASH_REPORT) {
      message.custody().forEach(Custody::release);
    }
    WireReader in = new WireReader(message.data());
    switch (message.id()) {
      case HostMessage.SPAWN -> {
        return started(spawn(message), reply);
      }
      case HostMessage.PREPARE -> {
        return started(prepare(message), reply);
      }
      case HostMessage.HAND_OVER -> {
        long task = handOver(message);
        reply.i32(0).i64(task);
      }
      case HostMessage.KILL -> {
        long task = in.i64("task");
        String reason = in.string("reason", MAX_REASON);
        Optional<EventId> cause = EventField.read(in);
        in.end();
        running().find(task).ifPresent(running -> running.kill(reason, cause));
        reply.i32(0);
      }
      case HostMessage.TERMINATE -> {
        long task = in.i64("task");
        Optional<EventId> cause = EventField.read(in);
        OptionalLong patience =
            in.remaining() > 0 ? OptionalLong.of(in.i64("nanoseconds")) : OptionalLong.empty();
        in.end();
        running().terminate(task, patience, cause);
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
      case HostMessage.LINKS -> {
        long after = in.i64("connection");
        in.end();
        reply.i32(0).fixed(LinkList.merged(links.list(after), relays.list(after)).toBytes());
      }
      case HostMessage.REVOKE_LINK -> {
        long connection = in.i64("connection");
        String reason = in.string("reason", MAX_REASON);
        in.end();
        boolean revoked = links.revoke(connection, reason) || relays.revoke(connection, reason);
        reply.i32(0).u8(revoked ? 1 : 0);
      }
      case HostMessage.NAMES -> {
        int after = in.i32("known", 0, Integer.MAX_VALUE);
        in.end();
        reply.i32(0).fixed(NameLister.list(running().all(), after).toBytes());
      }
      case HostMessage.TRACE -> reply.i32(0).fixed(trace.ask(TraceQuestion.read(in)).toBytes());
      case HostMessage.LAST_CALLS -> {
        long task = in.i64("task");
        in.end();
        reply.i32(0).fixed(lastServed.of(task).toBytes());
      }
      case HostMessage.CRASH_REPORT -> {
        long task = keepCrash(message);
        reply.i32(0).i64(task);
      }
      case HostMessage.SET_ROUTE -> reply.i32(0).i32(setRoute(message.ports(), in));
      case HostMessage.KEEP -> {
        inheritances.keep(message.ports(), in);
        reply.i32(0);
      }
      case HostMessage.CLAIM -> inheritances.claim(running(), in, reply);
      case HostMessage.INHERIT -> {
        long after = in.i64("task");
        in.end();
        Optional<Inheritances.Left> next = inheritances.next(running(), after);
        byte[] told = next.map(left -> left.told().toBytes()).orElse(new byte[0]);
        reply.i32(0).fixed(told);
        return next.map(Inheritances.Left::output).map(TaskOutput::copies).orElse(List.of());
      }
      case HostMessage.INHERITED -> {
        in.end();
        inheritances.complete(running());
        reply.i32(0);
      }
      case HostMessage.EXIT_SEEN -> {
        long task = in.i64("task");
        in.end();
        inheritances.seen(task);
        reply.i32(0);
      }
      default -> throw new MalformedFrameException("host message " + message.id());
    }
    return List.of();
  }

  private static List<Custody> started(RunningTask task, WireWriter reply) {
    reply.i32(0).i64(task.number());
    return task.output().map(TaskOutput::copies).orElse(List.of());
  }

  private Tasks running() {
    return tasks.orElseThrow();
  }

  /** What to do with the files that came with a message; they are the kernel's if it returns. */
  private interface WithFiles<T> {
    T run(List<Custody> files) throws MalformedFrameException;
  }

  private static <T> T withFiles(KernelMessage message, int count, WithFiles<T> action)
      throws MalformedFrameException {
    List<Custody> custody = message.custody();
    boolean handedOver = false;
    try {
      if (custody.size() != count) {
        throw new MalformedFrameException(
            custody.size() + " descriptors with host message " + message.id() + ", not " + count);
      }
      T result = action.run(custody);
      handedOver = true;
      return result;
    } finally {
      if (!handedOver) {
        custody.forEach(Custody::release);
      }
    }
  }

  private void requireRoomForExit() {
    if (waitingExits.size() >= MAX_EXITS) {
      throw new PortunusException(
          ErrorCode.LIMIT_QUEUE, MAX_EXITS + " exits wait: set an exit port first");
    }
  }

  private RunningTask spawn(KernelMessage message) throws MalformedFrameException {
    return withFiles(
        message,
        Math.max(SPAWN_FILES, message.custody().size()),
        files -> {
          requireRoomForExit();
          WireReader in = new WireReader(message.data());
          Optional<EventId> cause = EventField.read(in);
          LaunchRecord record = LaunchRecord.read(in);
          if (files.size() != SPAWN_FILES + record.files().size()) {
            throw new MalformedFrameException(files.size() + " files, not those of the record");
          }
          List<Descriptor> seen = new ArrayList<>();
          for (Custody file : files.subList(SPAWN_FILES, files.size())) {
            seen.add(sealed(file(file)));
          }
          Descriptor image = sealed(file(files.get(0)));
          return running().startService(record, image, seen, ports(message, record), cause);
        });
  }

  private RunningTask prepare(KernelMessage message) throws MalformedFrameException {
    return withFiles(
        message,
        PREPARE_FILES,
        files -> {
          requireRoomForExit();
          LaunchRecord record = LaunchRecord.read(message.data());
          if (!record.services().isEmpty() || !record.files().isEmpty()) {
            throw new MalformedFrameException("a spare has no services and no files");
          }
          return running().startSpare(record);
        });
  }

  private long handOver(KernelMessage message) throws MalformedFrameException {
    return withFiles(
        message,
        HAND_OVER_FILES,
        files -> {
          WireReader in = new WireReader(message.data());
          long spare = in.i64("spare");
          Optional<EventId> cause = EventField.read(in);
          LaunchRecord record = LaunchRecord.read(in);
          if (!record.files().isEmpty()) {
            throw new MalformedFrameException("a spare has no files, and can't get any");
          }
          Descriptor image = sealed(file(files.get(0)));
          running().handOver(spare, record, image, ports(message, record), cause);
          return spare;
        });
  }

  private long keepCrash(KernelMessage message) throws MalformedFrameException {
    return withFiles(
        message,
        CRASH_FILES,
        files -> {
          WireReader in = new WireReader(message.data());
          long task = in.i64("task");
          in.end();
          crashes.keep(task, sealed(file(files.getFirst())));
          files.forEach(Custody::release);
          return task;
        });
  }

  /** The receive right of each service. */
  private static EntrustedPorts ports(KernelMessage message, LaunchRecord record)
      throws MalformedFrameException {
    List<CarriedRight> rights = message.ports();
    boolean receive =
        rights.stream()
            .allMatch(right -> right.kind() == RightKind.RECEIVE && right.port().isPresent());
    if (!receive || rights.size() != record.services().size()) {
      throw new MalformedFrameException(
          "a launch takes the receive right of each of its "
              + record.services().size()
              + " services");
    }
    return new EntrustedPorts(rights);
  }

  private static Descriptor sealed(Descriptor image) {
    int seals = MemoryFile.sealBits(image.raw());
    if (seals < 0 || (seals & MemoryFile.FULLY_SEALED) != MemoryFile.FULLY_SEALED) {
      throw new PortunusException(ErrorCode.BUNDLE, "a code image or file is not fully sealed");
    }
    return image;
  }

  /** Tells launchd that a spare waits for its code. */
  void spareReady(long task) {
    exitPort.ifPresent(port ->
        ipc.send(
            port.copySend(),
            new KernelMessage(
                HostMessage.SPARE_READY,
                new WireWriter().i64(task).toBytes(),
                Optional.empty(),
                List.of(),
                List.of(),
                kernel)));
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

  /** Only launchd has a right here, so whatever right it shows names a port of its own. */
  private int setRoute(List<CarriedRight> ports, WireReader in) throws MalformedFrameException {
    try {
      Route route = Route.of(in.u8("route"));
      in.end();
      Optional<Port> port =
          ports.size() == 1 && ports.getFirst().kind() == RightKind.SEND
              ? ports.getFirst().port()
              : Optional.empty();
      if (port.isEmpty()) {
        throw new MalformedFrameException("a route is of one port, named by a send right");
      }
      return connections.carry(port.get(), route);
    } finally {
      ports.forEach(ipc::release);
    }
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
    List<KernelCounts.TaskCounts> each = running().all().stream().map(HostPort::countsOf).toList();
    return new KernelCounts(
        counts.ports(), connections.count(), counts.messages(), OpenDescriptors.count(), each);
  }

  /** Bounded by {@link LaunchRecord#MAX_LABEL}, so that all tasks fit in one message. */
  static KernelCounts.TaskCounts countsOf(RunningTask task) {
    return new KernelCounts.TaskCounts(
        task.number(),
        task.kind().toString(),
        task.label(),
        task.pid(),
        task.task().token().euid(),
        task.task().usage().names(),
        task.connections());
  }
}
