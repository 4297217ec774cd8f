// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.conformance.mach.Party.as;
import static org.portunus.conformance.mach.Task.bits;
import static org.portunus.conformance.mach.TaskRows.row;
import static org.portunus.conformance.suite.Row.same;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.SpecialPort;
import org.portunus.abi.mach.TaskFlavor;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.TaskMessage;
import org.portunus.abi.wire.TaskUsage;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;
import portunus.probe.mach.MachRefusal;

/** Ports that stand for tasks: osfmk/mach/task.defs, osfmk/kern/ipc_tt.c. */
final class TaskPortRows {
  private static final int UNKNOWN = 3433;
  private static final int NO_SUCH_PORT = 99;

  private TaskPortRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(106, "a task has a port of each flavour", TaskPortRows::flavors),
            row(107, "a weaker port comes from a stronger one alone", TaskPortRows::weaker),
            row(108, "what a flavour may not do is refused", TaskPortRows::refused),
            row(109, "ports that the kernel keeps for a task", TaskPortRows::special),
            row(110, "suspend counts, and resume as often", TaskPortRows::suspended),
            row(111, "a task is ended by a right to it", TaskPortRows::terminated),
            row(112, "all that a task had dies with it", TaskPortRows::allDie),
            row(113, "names and usage, read by another", TaskPortRows::read))
        .flatMap(rows -> rows);
  }

  /** Who the port stands for. */
  static AuditToken identity(Party party, int port) throws MachRefusal, MalformedFrameException {
    IncomingMessage answer = ask(party, port, TaskMessage.INFO, TaskUsage.AUDIT_TOKEN_FLAVOR);
    WireReader in = new WireReader(answer.data());
    same("identity", KernReturn.SUCCESS.number(), in.i32("result"));
    AuditToken token = AuditToken.read(in);
    in.end();
    return token;
  }

  static IncomingMessage ask(Party party, int port, int id, int... words)
      throws MachRefusal, MalformedFrameException {
    return askWith(party, 0, port, id, words);
  }

  static IncomingMessage askWith(Party party, int right, int port, int id, int... words)
      throws MachRefusal, MalformedFrameException {
    WireWriter data = new WireWriter();
    for (int word : words) {
      data.i32(word);
    }
    IncomingMessage answer =
        IncomingMessage.read(party.task().askTask(port, id, data.toBytes(), right));
    same("answer", id + TaskMessage.REPLY, answer.id());
    same("answers", 0L, answer.sender().task());
    return answer;
  }

  static KernReturn result(IncomingMessage answer) throws MalformedFrameException {
    return KernReturn.of(new WireReader(answer.data()).i32("result")).orElseThrow();
  }

  /** A special port by name. */
  private static int got(Party party, int port, SpecialPort which)
      throws MachRefusal, MalformedFrameException {
    IncomingMessage answer = ask(party, port, TaskMessage.GET_SPECIAL_PORT, which.number());
    same(which + " is given", KernReturn.SUCCESS, result(answer));
    return answer.ports().getFirst().name();
  }

  private static Map<TaskFlavor, Integer> selves(Party party) throws MachRefusal {
    Map<TaskFlavor, Integer> ports = new EnumMap<>(TaskFlavor.class);
    for (TaskFlavor flavor : TaskFlavor.values()) {
      ports.put(flavor, party.task().taskSelf(flavor));
    }
    return ports;
  }

  private static int of(Map<TaskFlavor, Integer> ports, TaskFlavor flavor) {
    return Objects.requireNonNull(ports.get(flavor));
  }

  private static void giveUp(Party party, Map<TaskFlavor, Integer> ports) throws MachRefusal {
    for (int port : ports.values()) {
      party.task().destroy(port);
    }
  }

  private static void flavors(Parties parties) throws Exception {
    Party a = parties.join();
    Map<TaskFlavor, Integer> ports = selves(a);
    same("ports", 4, Set.copyOf(ports.values()).size());
    for (TaskFlavor flavor : TaskFlavor.values()) {
      int port = of(ports, flavor);
      same("a send right", bits(RightKind.SEND), a.bits(port));
      same("the same again", port, a.task().taskSelf(flavor));
      same("references", 2, a.refs(port, RightKind.SEND));
      same("stands for it", a.task().task(), identity(a, port).task());
    }
    giveUp(a, ports);
  }

  private static void weaker(Parties parties) throws Exception {
    Party a = parties.join();
    Map<TaskFlavor, Integer> ports = selves(a);
    for (TaskFlavor has : List.of(TaskFlavor.CONTROL, TaskFlavor.READ, TaskFlavor.INSPECT)) {
      for (SpecialPort which : SpecialPort.values()) {
        IncomingMessage answer =
            ask(a, of(ports, has), TaskMessage.GET_SPECIAL_PORT, which.number());
        boolean allowed =
            has == TaskFlavor.CONTROL || which.flavor().filter(has::includes).isPresent();
        String what = which + " by " + has;
        same(what, allowed ? KernReturn.SUCCESS : KernReturn.INVALID_CAPABILITY, result(answer));
        same("rights for " + what, allowed ? 1 : 0, answer.ports().size());
        if (allowed && which.flavor().isPresent()) {
          int name = answer.ports().getFirst().name();
          same(what, of(ports, which.flavor().get()), name);
        }
      }
    }
    KernReturn byName =
        result(
            ask(
                a,
                of(ports, TaskFlavor.NAME),
                TaskMessage.GET_SPECIAL_PORT,
                SpecialPort.NAME.number()));
    same("by name", KernReturn.INVALID_ARGUMENT, byName);
    giveUp(a, ports);
  }

  private static void refused(Parties parties) throws Exception {
    Party a = parties.join();
    Map<TaskFlavor, Integer> ports = selves(a);
    Map<Integer, TaskFlavor> needed =
        Map.of(
            TaskMessage.TERMINATE, TaskFlavor.CONTROL,
            TaskMessage.SET_SPECIAL_PORT, TaskFlavor.CONTROL,
            TaskMessage.SUSPEND, TaskFlavor.READ,
            TaskMessage.RESUME, TaskFlavor.READ,
            TaskMessage.NAMES, TaskFlavor.READ);
    for (TaskFlavor has : TaskFlavor.values()) {
      for (Map.Entry<Integer, TaskFlavor> request : needed.entrySet()) {
        if (!has.includes(request.getValue())) {
          same(
              request.getKey() + " by " + has,
              KernReturn.INVALID_ARGUMENT,
              result(ask(a, of(ports, has), request.getKey(), 0)));
        }
      }
      same("unknown", KernReturn.BAD_ID, result(ask(a, of(ports, has), UNKNOWN)));
    }
    int control = of(ports, TaskFlavor.CONTROL);
    same("no data", KernReturn.BAD_ARGUMENTS, result(ask(a, control, TaskMessage.INFO)));
    same("too much", KernReturn.BAD_ARGUMENTS, result(ask(a, control, TaskMessage.TERMINATE, 1)));
    KernReturn usage =
        result(ask(a, of(ports, TaskFlavor.NAME), TaskMessage.INFO, TaskUsage.FLAVOR));
    same("usage by name", KernReturn.INVALID_ARGUMENT, usage);
    KernReturn info = result(ask(a, control, TaskMessage.INFO, NO_SUCH_PORT));
    same("no such information", KernReturn.INVALID_ARGUMENT, info);
    giveUp(a, ports);
  }

  private static void special(Parties parties) throws Exception {
    Party a = parties.join();
    int control = a.task().taskSelf(TaskFlavor.CONTROL);
    int n = a.sendable();
    int id = TaskMessage.SET_SPECIAL_PORT;
    for (SpecialPort which : List.of(SpecialPort.KERNEL, SpecialPort.HOST)) {
      KernReturn set = result(askWith(a, n, control, id, which.number()));
      same("set " + which, KernReturn.NO_ACCESS, set);
    }
    for (SpecialPort which : List.of(SpecialPort.READ, SpecialPort.INSPECT, SpecialPort.NAME)) {
      KernReturn set = result(askWith(a, n, control, id, which.number()));
      same("set " + which, KernReturn.INVALID_ARGUMENT, set);
    }
    KernReturn unknown = result(askWith(a, n, control, id, NO_SUCH_PORT));
    same("set another", KernReturn.INVALID_ARGUMENT, unknown);
    same("nobody's host", 0, got(a, control, SpecialPort.HOST));
    same("not set", 0, got(a, control, SpecialPort.RESOURCE_NOTIFY));
    same("bootstrap", a.task().bootstrap(), got(a, control, SpecialPort.BOOTSTRAP));
    int at = a.port();
    same("request", KernReturn.SUCCESS, a.request(n, NotificationKind.NO_SENDERS, at));
    for (SpecialPort which : List.of(SpecialPort.BOOTSTRAP, SpecialPort.RESOURCE_NOTIFY)) {
      KernReturn set = result(askWith(a, n, control, id, which.number()));
      same("set " + which, KernReturn.SUCCESS, set);
      same("got " + which, n, got(a, control, which));
    }
    a.task().modRefs(n, RightKind.SEND, -a.refs(n, RightKind.SEND));
    same("the kernel has two", KernReturn.RCV_TIMED_OUT, a.poll(at));
    for (SpecialPort which : List.of(SpecialPort.RESOURCE_NOTIFY, SpecialPort.BOOTSTRAP)) {
      same("unset", KernReturn.SUCCESS, result(ask(a, control, id, which.number())));
    }
    a.notified(at, NotificationKind.NO_SENDERS);
    same("bootstrap again", a.task().bootstrap(), got(a, control, SpecialPort.BOOTSTRAP));
    a.task().destroy(control);
  }

  private static void suspended(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int read = a.giveOne(b, a.task().taskSelf(TaskFlavor.READ), COPY_SEND);
    same("not suspended", KernReturn.FAILURE, result(ask(b, read, TaskMessage.RESUME)));
    if (parties.setting() == Setting.THREADS) {
      KernReturn outside = result(ask(b, read, TaskMessage.SUSPEND));
      same("a program outside", KernReturn.NOT_SUPPORTED, outside);
      return;
    }
    long pid = parties.processOf(a);
    for (long count : List.of(1L, 2L)) {
      same("suspend", KernReturn.SUCCESS, result(ask(b, read, TaskMessage.SUSPEND)));
      same("count", count, b.task().usageOf(read).getFirst());
      Parties.awaitState(pid, 'T');
    }
    same("resume", KernReturn.SUCCESS, result(ask(b, read, TaskMessage.RESUME)));
    same("still one", 1L, b.task().usageOf(read).getFirst());
    Parties.awaitState(pid, 'T');
    same("resume", KernReturn.SUCCESS, result(ask(b, read, TaskMessage.RESUME)));
    same("no more", KernReturn.FAILURE, result(ask(b, read, TaskMessage.RESUME)));
    same("it goes on", a.door() > 0, a.bits(a.door()) != 0);
    b.task().deallocate(read);
  }

  private static void terminated(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int control = a.giveOne(b, a.task().taskSelf(TaskFlavor.CONTROL), COPY_SEND);
    int read = got(b, control, SpecialPort.READ);
    int port = a.giveOne(b, a.port(), MAKE_SEND);
    same("by read", KernReturn.INVALID_ARGUMENT, result(ask(b, read, TaskMessage.TERMINATE)));
    same("lives", bits(RightKind.SEND), b.bits(port));
    same("by control", KernReturn.SUCCESS, result(ask(b, control, TaskMessage.TERMINATE)));
    a.ended();
    for (int name : List.of(port, control, read)) {
      b.awaitDead(name);
      b.task().deallocate(name);
    }
  }

  private static void allDie(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Set<Integer> there = new HashSet<>();
    for (int port : selves(a).values()) {
      there.add(a.giveOne(b, port, COPY_SEND));
    }
    int n = b.port();
    int at = b.port();
    int inA = b.giveOne(a, n, MAKE_SEND);
    int control = a.task().taskSelf(TaskFlavor.CONTROL);
    KernReturn set =
        result(
            askWith(
                a,
                inA,
                control,
                TaskMessage.SET_SPECIAL_PORT,
                SpecialPort.RESOURCE_NOTIFY.number()));
    same("set", KernReturn.SUCCESS, set);
    a.task().destroy(inA);
    same("request", KernReturn.SUCCESS, b.request(n, NotificationKind.NO_SENDERS, at));
    same("the kernel has it", KernReturn.RCV_TIMED_OUT, b.poll(at));
    a.die();
    b.notified(at, NotificationKind.NO_SENDERS);
    for (int name : there) {
      b.awaitDead(name);
      b.task().deallocate(name);
    }
  }

  private static void read(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int read = a.giveOne(b, a.task().taskSelf(TaskFlavor.READ), COPY_SEND);
    int n = a.port();
    Set<Integer> names = Set.copyOf(a.task().names());
    same("names", names, Set.copyOf(b.task().namesOf(read)));
    same("has it", true, names.contains(n));
    List<Long> before = b.task().usageOf(read);
    same("counted", (long) names.size(), before.get(1));
    int send = a.giveOne(b, n, MAKE_SEND);
    int there = b.giveOne(a, send, COPY_SEND);
    same("queued", KernReturn.SUCCESS, a.send(as(there, COPY_SEND), 7));
    List<Long> after = b.task().usageOf(read);
    same("one message", before.get(2) + 1, after.get(2));
    same("its bytes", true, after.get(3) > before.get(3));
    same("arrives", 7, a.receive(n).id());
    same("read", before.get(2), b.task().usageOf(read).get(2));
    b.task().deallocate(read);
    b.task().deallocate(send);
  }
}
