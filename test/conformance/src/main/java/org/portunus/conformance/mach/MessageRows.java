// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND;
import static org.portunus.conformance.mach.MachSuite.row;
import static org.portunus.conformance.mach.Task.bits;
import static org.portunus.conformance.mach.Task.result;
import static org.portunus.conformance.suite.Row.same;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.time.Patience;
import org.portunus.abi.wire.BootstrapMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;
import org.portunus.system.port.PortName;

/** Rows 27 to 60: queues, send, receive. */
final class MessageRows {
  private static final long SHORT_NANOS = 20_000_000;
  private static final int WAIT_SECONDS = 20 * Patience.ofThisProcess().factor();

  private MessageRows() {}

  static Stream<Row> rows() {
    Row two =
        new Row(
            "mach-61",
            "two tasks have their own names, and launchd answers both",
            Setting.THREADS,
            tasks -> twoTasks(MachSuite.thread(tasks), MachSuite.thread(tasks)));
    Stream<Stream<Row>> one =
        Stream.of(
            row(27, "queue limits", MessageRows::queueLimits),
            row(35, "send to unknown, dead or null", MessageRows::badDestinations),
            row(36, "header with a receive right", MessageRows::badHeader),
            row(37, "full queue with and without time-out", MessageRows::fullQueue),
            row(39, "the port of a blocked sender dies", MessageRows::blockedSenderPortDies),
            row(40, "a message that timed out comes back", MessageRows::timedOutComesBack),
            row(42, "messages come in order, with their numbers", MessageRows::order),
            row(43, "make, copy and move", MessageRows::makeCopyMove),
            row(44, "a dead name arrives as dead", MessageRows::deadInTransit),
            row(45, "messages follow a receive right that moves", MessageRows::movingReceive),
            row(48, "every disposition inline", MessageRows::dispositions),
            row(51, "a right that is not held destroys the message", MessageRows::rightNotHeld),
            row(52, "too many rights", MessageRows::tooManyRights),
            row(53, "header of a received message", MessageRows::header),
            row(54, "receive of an empty, foreign or lost port", MessageRows::emptyReceive),
            row(56, "sequence number and sender", MessageRows::trailer),
            row(57, "port sets", MessageRows::portSets),
            row(60, "armed ports", MessageRows::armed));
    return Stream.concat(one.flatMap(rows -> rows), Stream.of(two));
  }

  private static void queueLimits(Task t) {
    PortName n = t.port();
    for (int limit : new int[] {0, 1, MachLimits.QUEUE_MAX}) {
      t.kernel().setQueueLimit(n, limit);
      same("limit", limit, t.kernel().status(n).queueLimit());
    }
    for (int limit : new int[] {-1, MachLimits.QUEUE_MAX + 1}) {
      same(
          "limit " + limit,
          KernReturn.INVALID_VALUE,
          result(() -> t.kernel().setQueueLimit(n, limit)));
    }
  }

  private static void badDestinations(Task t) {
    PortName dead = t.kernel().allocate(RightKind.DEAD_NAME);
    PortName carried = t.sendable();
    for (PortName to : List.of(new PortName(0x7703), dead, PortName.NULL, PortName.DEAD)) {
      same(
          "" + to,
          KernReturn.SEND_INVALID_DEST,
          t.send(to.as(COPY_SEND), 1, carried.as(MOVE_SEND)));
    }
    same("nothing consumed", 1, t.kernel().getRefs(carried, RightKind.SEND));
  }

  private static void badHeader(Task t) {
    PortName n = t.sendable();
    same("destination", KernReturn.SEND_INVALID_HEADER, t.send(n.as(MOVE_RECEIVE), 1));
    for (int id : new int[] {64, 69, 72, 79, 3050, 3060, 3099}) {
      same("the kernel's id", KernReturn.SEND_INVALID_HEADER, t.send(n.as(COPY_SEND), id));
    }
    same("nothing came", KernReturn.RCV_TIMED_OUT, t.poll(n));
  }

  private static void fullQueue(Task t) throws Exception {
    PortName n = t.sendable();
    t.kernel().setQueueLimit(n, 1);
    same("first", KernReturn.SUCCESS, t.send(n.as(COPY_SEND), 1));
    same("time-out 0", KernReturn.SEND_TIMED_OUT, t.send(n.as(COPY_SEND), 2));
    long start = System.nanoTime();
    same(
        "time-out",
        KernReturn.SEND_TIMED_OUT,
        t.send(SHORT_NANOS, n.as(COPY_SEND), Optional.empty(), 3));
    same("not before", true, System.nanoTime() - start >= SHORT_NANOS);
    CompletableFuture<KernReturn> waits =
        CompletableFuture.supplyAsync(() -> t.send(-1, n.as(COPY_SEND), Optional.empty(), 4));
    same("first out", 1, t.receive(n).id());
    same("blocked in", 4, t.receive(n).id());
    same("blocked", KernReturn.SUCCESS, waits.get(WAIT_SECONDS, TimeUnit.SECONDS));
  }

  private static void blockedSenderPortDies(Task t) throws Exception {
    PortName n = t.sendable();
    t.kernel().setQueueLimit(n, 0);
    CompletableFuture<KernReturn> waits =
        CompletableFuture.supplyAsync(() -> t.send(-1, n.as(COPY_SEND), Optional.empty(), 4));
    t.kernel().modRefs(n, RightKind.RECEIVE, -1);
    same("blocked", KernReturn.SEND_INVALID_DEST, waits.get(WAIT_SECONDS, TimeUnit.SECONDS));
  }

  private static void timedOutComesBack(Task t) {
    PortName n = t.sendable();
    PortName inside = t.sendable();
    t.kernel().setQueueLimit(n, 0);
    PortDescriptor right = inside.as(MOVE_RECEIVE);
    same("full", KernReturn.SEND_TIMED_OUT, t.send(n.as(MOVE_SEND), 1, right));
    same("back", bits(RightKind.SEND, RightKind.RECEIVE), t.bits(inside));
    same("destination", bits(RightKind.SEND, RightKind.RECEIVE), t.bits(n));
    t.kernel().setQueueLimit(n, 1);
    same("again", KernReturn.SUCCESS, t.send(n.as(MOVE_SEND), 1, right));
  }

  private static void order(Task t) {
    PortName n = t.sendable();
    t.kernel().setQueueLimit(n, 100);
    for (int id = 100; id < 200; id++) {
      same("send", KernReturn.SUCCESS, t.send(n.as(COPY_SEND), id));
    }
    for (int i = 0; i < 100; i++) {
      IncomingMessage message = t.receive(n);
      same("order", 100 + i, message.id());
      same("number", i, message.sequenceNumber());
    }
  }

  private static void makeCopyMove(Task t) {
    PortName n = t.port();
    PortName to = t.sendable();
    t.send(to.as(COPY_SEND), 1, n.as(MAKE_SEND));
    same("make-send count", 1, t.kernel().status(n).makeSendCount());
    same("arrives", n.number(), t.receive(to).ports().getFirst().name());
    t.send(to.as(COPY_SEND), 1, n.as(COPY_SEND));
    same("copied", 1, t.kernel().getRefs(n, RightKind.SEND));
    same("added", n.number(), t.receive(to).ports().getFirst().name());
    same("references", 2, t.kernel().getRefs(n, RightKind.SEND));
    t.send(to.as(COPY_SEND), 1, n.as(MOVE_SEND), n.as(MOVE_SEND));
    same("moved", bits(RightKind.RECEIVE), t.bits(n));
  }

  private static void deadInTransit(Task t) {
    PortName n = t.sendable();
    PortName to = t.sendable();
    PortName dead = t.kernel().allocate(RightKind.DEAD_NAME);
    t.send(to.as(COPY_SEND), 1, n.as(COPY_SEND), dead.as(COPY_SEND));
    t.kernel().destroy(n);
    for (PortDescriptor right : t.receive(to).ports()) {
      same("name", MachLimits.NAME_DEAD, right.name());
    }
  }

  private static void movingReceive(Task t) {
    PortName n = t.sendable();
    PortName to = t.sendable();
    t.send(n.as(COPY_SEND), 101);
    t.send(to.as(COPY_SEND), 1, n.as(MOVE_RECEIVE));
    t.send(n.as(COPY_SEND), 102);
    same("moved", KernReturn.RCV_INVALID_NAME, t.poll(n));
    PortName back = new PortName(t.receive(to).ports().getFirst().name());
    same("same name", n, back);
    same("before", 101, t.receive(back).id());
    same("meanwhile", 102, t.receive(back).id());
  }

  private static void dispositions(Task t) {
    PortName n = t.sendable();
    PortName to = t.sendable();
    t.insert(0x5003, n, MAKE_SEND_ONCE);
    t.send(
        to.as(COPY_SEND),
        1,
        n.as(MAKE_SEND),
        n.as(MAKE_SEND_ONCE),
        n.as(COPY_SEND),
        n.as(MOVE_SEND),
        new PortDescriptor(0x5003, Disposition.MOVE_SEND_ONCE),
        n.as(MOVE_RECEIVE));
    List<PortDescriptor> arrived = t.receive(to).ports();
    same(
        "arrive as",
        List.of(
            MOVE_SEND,
            Disposition.MOVE_SEND_ONCE,
            MOVE_SEND,
            MOVE_SEND,
            Disposition.MOVE_SEND_ONCE,
            MOVE_RECEIVE),
        arrived.stream().map(PortDescriptor::disposition).toList());
    PortName name = new PortName(arrived.getLast().name());
    same("one name", name.number(), arrived.getFirst().name());
    same("references", 3, t.kernel().getRefs(name, RightKind.SEND));
  }

  private static void rightNotHeld(Task t) {
    PortName to = t.sendable();
    PortName receive = t.port();
    same(
        "unknown name",
        KernReturn.SEND_INVALID_RIGHT,
        t.send(to.as(COPY_SEND), 1, new PortDescriptor(0x7703, COPY_SEND)));
    same(
        "other kind",
        KernReturn.SEND_INVALID_RIGHT,
        t.send(to.as(COPY_SEND), 1, receive.as(COPY_SEND)));
    same("nothing came", KernReturn.RCV_TIMED_OUT, t.poll(to));
    same(
        "null and dead",
        KernReturn.SUCCESS,
        t.send(to.as(COPY_SEND), 1, PortName.NULL.as(COPY_SEND), PortName.DEAD.as(MOVE_SEND)));
    List<Integer> names = t.receive(to).ports().stream().map(PortDescriptor::name).toList();
    same("names", List.of(MachLimits.NAME_NULL, MachLimits.NAME_DEAD), names);
  }

  private static void tooManyRights(Task t) {
    PortName to = t.sendable();
    PortDescriptor[] most = new PortDescriptor[PortDescriptor.MAX_PORTS];
    java.util.Arrays.fill(most, to.as(COPY_SEND));
    same("the most", KernReturn.SUCCESS, t.send(to.as(COPY_SEND), 1, most));
    same("arrive", most.length, t.receive(to).ports().size());
  }

  private static void header(Task t) {
    PortName to = t.sendable();
    PortName reply = t.port();
    t.send(0, to.as(MOVE_SEND), Optional.of(reply.as(MAKE_SEND_ONCE)), 7);
    IncomingMessage message = t.receive(to);
    same("local", to.number(), message.local());
    same("reply kind", Disposition.MOVE_SEND_ONCE, message.reply().orElseThrow().disposition());
    same("destination consumed", bits(RightKind.RECEIVE), t.bits(to));
    same("answer", KernReturn.SUCCESS, t.send(message.reply().orElseThrow(), 8));
    same("answered", 8, t.receive(reply).id());
  }

  private static void emptyReceive(Task t) throws Exception {
    PortName n = t.port();
    same("empty", KernReturn.RCV_TIMED_OUT, t.poll(n));
    same(
        "time-out",
        Optional.empty(),
        t.kernel().receive(n, Duration.ofNanos(SHORT_NANOS)).map(message -> "a message"));
    PortName dead = t.kernel().allocate(RightKind.DEAD_NAME);
    same("no right", KernReturn.RCV_INVALID_NAME, t.poll(dead));
    CompletableFuture<KernReturn> waits =
        CompletableFuture.supplyAsync(() -> result(() -> t.receive(n)));
    PortName set = t.kernel().allocate(RightKind.PORT_SET);
    t.kernel().moveMember(n, set);
    t.kernel().destroy(n);
    same(
        "lost while waiting",
        true,
        List.of(KernReturn.RCV_PORT_DIED, KernReturn.RCV_INVALID_NAME)
            .contains(waits.get(WAIT_SECONDS, TimeUnit.SECONDS)));
  }

  private static void trailer(Task t) {
    PortName n = t.sendable();
    t.send(n.as(COPY_SEND), 1);
    IncomingMessage message = t.receive(n);
    same("task", t.kernel().counter(), message.sender().task());
    boolean outside = t.setting() == Setting.THREADS;
    same("pid of a program outside", outside, message.sender().pid() == 0);
    same("audit session of one", outside, message.sender().session() != 0);
    boolean none = message.sender().code().toString().matches("0{64}");
    same("no code identity", outside, none);
  }

  private static void portSets(Task t) {
    PortName set = t.kernel().allocate(RightKind.PORT_SET);
    PortName first = t.sendable();
    PortName second = t.sendable();
    t.kernel().moveMember(first, set);
    t.kernel().moveMember(second, set);
    t.send(second.as(COPY_SEND), 2);
    same("member's name", second.number(), t.receive(set).local());
    for (int i = 0; i < 3; i++) {
      t.send(first.as(COPY_SEND), 10);
      t.send(second.as(COPY_SEND), 20);
    }
    int fromSecond = 0;
    for (int i = 0; i < 2; i++) {
      fromSecond += t.receive(set).local() == second.number() ? 1 : 0;
    }
    same("no starvation", 1, fromSecond);
    t.kernel().moveMember(first, PortName.NULL);
    same("twice", KernReturn.NOT_IN_SET, result(() -> t.kernel().moveMember(first, PortName.NULL)));
    t.kernel().destroy(set);
    same("members stay", bits(RightKind.SEND, RightKind.RECEIVE), t.bits(second));
  }

  private static void armed(Task t) throws Exception {
    PortName n = t.sendable();
    CompletableFuture<String> later = new CompletableFuture<>();
    t.kernel().arm(n, () -> later.complete("fired"));
    t.send(n.as(COPY_SEND), 1);
    same("later", "fired", later.get(WAIT_SECONDS, TimeUnit.SECONDS));
    CompletableFuture<String> pending = new CompletableFuture<>();
    t.kernel().arm(n, () -> pending.complete("fired"));
    same("with a message waiting", "fired", pending.get(WAIT_SECONDS, TimeUnit.SECONDS));
    same("takes none", 1, t.receive(n).id());
  }

  private static void twoTasks(Task one, Task two) {
    PortName n = one.sendable();
    same(
        "a name of another task",
        KernReturn.INVALID_NAME,
        result(() -> two.kernel().type(new PortName(n.number() ^ 0x40_00_00))));
    for (Task task : List.of(one, two)) {
      TaskSocket kernel = task.kernel();
      PortName reply = task.port();
      OutgoingMessage question =
          new OutgoingMessage(
              -1,
              kernel.bootstrap().as(COPY_SEND),
              Optional.of(reply.as(MAKE_SEND_ONCE)),
              BootstrapMessage.LOOK_UP,
              List.of(),
              new byte[0]);
      kernel.send(question);
      IncomingMessage answer = task.receive(reply);
      same("answer", BootstrapMessage.LOOK_UP + BootstrapMessage.REPLY, answer.id());
      same("sender is not the asker", true, answer.sender().task() != 0);
    }
  }
}
