// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.portunus.abi.crash.LastCalls;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.EventField;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.Inheritance;
import org.portunus.abi.wire.KernelCounts;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.LinkList;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.NameList;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.Route;
import org.portunus.abi.wire.TaskLoads;
import org.portunus.abi.wire.TraceList;
import org.portunus.abi.wire.TraceQuestion;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.PortName;

/** The requests that only launchd can make: messages to the kernel's host port. */
final class HostPort {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MAX_DETAIL = 4096;

  private final KernelSocket kernel;
  private final PortName host;

  HostPort(KernelSocket kernel, PortName host) {
    this.kernel = kernel;
    this.host = host;
  }

  /**
   * Asks for a task; the answer comes to the reply port as a message that {@link #spawnedTask}
   * reads. If the kernel refuses, the ports come back with its answer.
   *
   * @param ports receive right of each of its services
   * @param descriptors code image and the files of the record; they stay the caller's
   * @param cause the event that led to it
   * @throws PortunusException BUNDLE if what the bundle names does not fit in one message: the
   *     kernel ends who sends more
   */
  void spawn(
      LaunchRecord launch,
      List<PortDescriptor> ports,
      List<Descriptor> descriptors,
      PortName reply,
      Optional<EventId> cause) {
    send(
        HostMessage.SPAWN,
        EventField.write(new WireWriter(), cause).fixed(fitting(launch)).toBytes(),
        ports,
        Optional.of(reply.as(Disposition.MAKE_SEND_ONCE)),
        descriptors);
  }

  private static byte[] fitting(LaunchRecord launch) {
    byte[] data = launch.toBytes();
    if (data.length > Inheritance.MAX_RECORD) {
      throw new PortunusException(
          ErrorCode.BUNDLE,
          "modules and services of %s take %d bytes, at most %d"
              .formatted(launch.identifier(), data.length, Inheritance.MAX_RECORD));
    }
    return data;
  }

  /** Asks for a spare; answered as {@link #spawn} is. */
  void prepare(LaunchRecord launch, PortName reply) {
    send(
        HostMessage.PREPARE,
        launch.toBytes(),
        List.of(),
        Optional.of(reply.as(Disposition.MAKE_SEND_ONCE)),
        List.of());
  }

  /** Asks that a spare that waits becomes the task of a launch; answered as {@link #spawn} is. */
  void handOver(
      long spare,
      LaunchRecord launch,
      List<PortDescriptor> ports,
      Descriptor image,
      PortName reply,
      Optional<EventId> cause) {
    send(
        HostMessage.HAND_OVER,
        EventField.write(new WireWriter().i64(spare), cause).fixed(fitting(launch)).toBytes(),
        ports,
        Optional.of(reply.as(Disposition.MAKE_SEND_ONCE)),
        List.of(image));
  }

  /**
   * The task that an answer to one of the three tells.
   *
   * @throws PortunusException what the kernel refused, or PROTOCOL
   */
  static long spawnedTask(MachMessage answer) {
    try {
      WireReader in = result(answer);
      long task = in.i64("task");
      in.end();
      return task;
    } catch (MalformedFrameException e) {
      throw new PortunusException(ErrorCode.PROTOCOL, "answer to a spawn: " + e.getMessage(), e);
    }
  }

  /** Where what the task writes is read, from an answer about it; the caller's. */
  static List<Descriptor> output(MachMessage answer) {
    return IntStream.range(0, answer.descriptors().size())
        .mapToObj(answer::takeDescriptor)
        .toList();
  }

  /**
   * Has a task asked to end in good order.
   *
   * @param causes what led to it, nearest first: that one is told
   */
  void terminate(long task, List<EventId> causes) {
    WireWriter order = new WireWriter().i64(task);
    byte[] data = EventField.write(order, causes.stream().findFirst()).toBytes();
    send(HostMessage.TERMINATE, data, List.of(), Optional.empty(), List.of());
  }

  /** Has a task asked to end in good order, and ended if it does not in time. */
  void terminate(long task, Duration patience, EventId cause) {
    WireWriter order = EventField.write(new WireWriter().i64(task), Optional.of(cause));
    byte[] data = order.i64(patience.toNanos()).toBytes();
    send(HostMessage.TERMINATE, data, List.of(), Optional.empty(), List.of());
  }

  /** Asks for the end of a task; causes as for {@link #terminate}. */
  void kill(long task, String reason, List<EventId> causes) {
    WireWriter order = new WireWriter().i64(task).string(reason);
    byte[] data = EventField.write(order, causes.stream().findFirst()).toBytes();
    send(HostMessage.KILL, data, List.of(), Optional.empty(), List.of());
  }

  /** Has exits sent to a port of this task. */
  void setExitPort(PortName exits) {
    send(
        HostMessage.SET_EXIT_PORT,
        new byte[0],
        List.of(exits.as(Disposition.MAKE_SEND)),
        Optional.empty(),
        List.of());
  }

  /** Has a port outlive this process, known by a name. */
  void keep(String name, PortName port) {
    ask(
        HostMessage.KEEP,
        new WireWriter().string(name),
        List.of(port.as(Disposition.COPY_SEND)),
        _ -> name);
  }

  /**
   * What the launchd before kept by a name.
   *
   * @param port has a send right
   * @param held whether it has the receive right too
   */
  record Claimed(PortName port, boolean held, Route route) {}

  /** Takes it; empty if there is nothing by this name. */
  Optional<Claimed> claim(String name) {
    return ask(
        HostMessage.CLAIM,
        new WireWriter().string(name),
        in -> {
          PortName port = new PortName(in.i32("name"));
          Claimed claimed = new Claimed(port, in.u8("held") != 0, Route.of(in.u8("route")));
          return port.isValid() ? Optional.of(claimed) : Optional.empty();
        });
  }

  /**
   * A task that the launchd before left.
   *
   * @param output where what it writes is read; the caller's
   */
  record Left(Inheritance task, List<Descriptor> output) {}

  /** The one after this. */
  Optional<Left> inherit(long after) {
    return askWhole(
        HostMessage.INHERIT,
        new WireWriter().i64(after),
        List.of(),
        answer -> {
          WireReader in = result(answer);
          return in.remaining() == 0
              ? Optional.empty()
              : Optional.of(new Left(Inheritance.read(in), output(answer)));
        });
  }

  /** What is not claimed by now is not needed. */
  void inherited() {
    send(HostMessage.INHERITED, new byte[0], List.of(), Optional.empty(), List.of());
  }

  /** The end of a task was taken note of. */
  void exitSeen(long task) {
    byte[] data = new WireWriter().i64(task).toBytes();
    send(HostMessage.EXIT_SEEN, data, List.of(), Optional.empty(), List.of());
  }

  /** What the kernel holds now. */
  KernelCounts counts() {
    return ask(HostMessage.COUNTS, new WireWriter(), KernelCounts::read);
  }

  /** The links of connections behind this one. */
  LinkList links(long after) {
    return ask(HostMessage.LINKS, new WireWriter().i64(after), LinkList::read);
  }

  /** What the tasks do; takes a moment. */
  TaskLoads loads() {
    return ask(HostMessage.LOADS, new WireWriter(), TaskLoads::read);
  }

  /** The names of all tasks behind the first ones. */
  NameList names(int after) {
    return ask(HostMessage.NAMES, new WireWriter().i32(after), NameList::read);
  }

  /** Steps of messages, which the kernel notes while it is asked. */
  TraceList trace(TraceQuestion question) {
    return ask(HostMessage.TRACE, new WireWriter().fixed(question.toBytes()), TraceList::read);
  }

  /** The connections that a task served when it ended. */
  LastCalls lastCalls(long task) {
    return ask(HostMessage.LAST_CALLS, new WireWriter().i64(task), LastCalls::read);
  }

  /** Has a crash report kept; sealed, the caller's to close. */
  void keepCrash(long task, Descriptor report) {
    byte[] data = new WireWriter().i64(task).toBytes();
    send(HostMessage.CRASH_REPORT, data, List.of(), Optional.empty(), List.of(report));
  }

  /** Revokes the link of a connection; false if it has none. */
  boolean revokeLink(long connection, String reason) {
    return ask(
        HostMessage.REVOKE_LINK,
        new WireWriter().i64(connection).string(reason),
        in -> in.u8("revoked") != 0);
  }

  /**
   * Says how connections to a port are carried from now on.
   *
   * @param port of which this task has a send right
   * @return how many connections end for this
   */
  int setRoute(PortName port, Route route) {
    return ask(
        HostMessage.SET_ROUTE,
        new WireWriter().u8(route.number()),
        List.of(port.as(Disposition.COPY_SEND)),
        in -> in.i32("ended"));
  }

  /** Reads an answer. */
  private interface Reading<T> {
    T from(WireReader in) throws MalformedFrameException;
  }

  /** Reads an answer with what came with it. */
  private interface WholeReading<T> {
    T from(MachMessage answer) throws MalformedFrameException;
  }

  private <T> T ask(int id, WireWriter question, Reading<T> reading) {
    return ask(id, question, List.of(), reading);
  }

  private <T> T ask(int id, WireWriter question, List<PortDescriptor> ports, Reading<T> reading) {
    return askWhole(id, question, ports, answer -> reading.from(result(answer)));
  }

  private <T> T askWhole(
      int id, WireWriter question, List<PortDescriptor> ports, WholeReading<T> reading) {
    PortName reply = kernel.allocate(RightKind.RECEIVE);
    try {
      send(
          id,
          question.toBytes(),
          ports,
          Optional.of(reply.as(Disposition.MAKE_SEND_ONCE)),
          List.of());
      try (MachMessage answer =
          kernel
              .receive(reply, PATIENCE)
              .orElseThrow(() ->
                  new PortunusException(
                      ErrorCode.DEADLINE, "the kernel did not answer host message " + id))) {
        return reading.from(answer);
      }
    } catch (MalformedFrameException e) {
      throw new PortunusException(
          ErrorCode.PROTOCOL,
          "the kernel's answer to host message " + id + ": " + e.getMessage(),
          e);
    } finally {
      kernel.destroy(reply);
    }
  }

  /** Only the kernel holds a right to the reply port, and one request waits for it at a time. */
  private static WireReader result(MachMessage answer) throws MalformedFrameException {
    if (answer.content().id() < HostMessage.SPAWN + HostMessage.REPLY
        || answer.content().id() > HostMessage.LAST_REQUEST + HostMessage.REPLY) {
      throw new MalformedFrameException("message id " + answer.content().id());
    }
    WireReader in = new WireReader(answer.content().data());
    int error = in.i32("result");
    if (error != 0) {
      String detail = in.string("detail", MAX_DETAIL);
      throw new PortunusException(ErrorCode.of(error).orElse(ErrorCode.LAUNCH_FAILED), detail);
    }
    return in;
  }

  private void send(
      int id,
      byte[] data,
      List<PortDescriptor> ports,
      Optional<PortDescriptor> reply,
      List<Descriptor> descriptors) {
    kernel.send(
        new OutgoingMessage(
            PATIENCE.toNanos(), host.as(Disposition.COPY_SEND), reply, id, ports, data),
        descriptors);
  }
}
