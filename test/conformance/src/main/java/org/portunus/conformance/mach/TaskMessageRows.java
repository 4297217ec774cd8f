// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_SEND_ONCE;
import static org.portunus.conformance.mach.Party.as;
import static org.portunus.conformance.mach.Task.bits;
import static org.portunus.conformance.mach.TaskRows.row;
import static org.portunus.conformance.suite.Row.same;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.time.Patience;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireWriter;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;
import portunus.probe.mach.MachRefusal;

/** Rows 35 to 63 with several tasks: messages from one to another, and connections. */
final class TaskMessageRows {
  private static final long SHORT_NANOS = 20_000_000;
  private static final int WAIT_SECONDS = 20 * Patience.ofThisProcess().factor();

  private TaskMessageRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(35, "send to a port of a task that died", TaskMessageRows::deadDestination),
            row(37, "another task's full queue", TaskMessageRows::fullQueue),
            row(39, "the receiver of a blocked sender dies", TaskMessageRows::blockedSender),
            row(40, "a message that timed out keeps its rights", TaskMessageRows::timedOut),
            row(41, "a blocked sender dies", TaskMessageRows::senderDies),
            row(42, "messages come in order from each task", TaskMessageRows::order),
            row(43, "make, copy and move to another task", TaskMessageRows::makeCopyMove),
            row(44, "a port that dies in transit arrives dead", TaskMessageRows::deadInTransit),
            row(45, "a receive right moves while others send", TaskMessageRows::movingReceive),
            row(48, "every disposition to another task", TaskMessageRows::dispositions),
            row(51, "a right not held never arrives", TaskMessageRows::rightNotHeld),
            row(53, "a reply by the right that came", TaskMessageRows::reply),
            row(54, "a receive that waits for another task", TaskMessageRows::waitingReceive),
            row(56, "the sender is who it is", TaskMessageRows::sender),
            row(57, "a port set with members that others send to", TaskMessageRows::portSet),
            row(60, "an armed port that another task sends to", TaskMessageRows::armed),
            row(63, "a connection request of another task", TaskMessageRows::connection))
        .flatMap(rows -> rows);
  }

  private static void deadDestination(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int name = a.to(b);
    int carried = a.sendable();
    b.die();
    a.awaitDead(name);
    same(
        "dead",
        KernReturn.SEND_INVALID_DEST,
        a.send(as(name, COPY_SEND), 1, as(carried, MOVE_SEND)));
    same("nothing consumed", 1, a.refs(carried, RightKind.SEND));
  }

  private static void fullQueue(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    PortDescriptor to = as(b.giveOne(a, n, MAKE_SEND), COPY_SEND);
    b.task().setQueueLimit(n, 1);
    same("first", KernReturn.SUCCESS, a.send(to, 1));
    same("time-out 0", KernReturn.SEND_TIMED_OUT, a.send(to, 2));
    same("time-out", KernReturn.SEND_TIMED_OUT, a.send(SHORT_NANOS, to, Optional.empty(), 3));
    CompletableFuture<KernReturn> waits = a.sendBlocked(to, 4);
    same("first out", 1, b.receive(n).id());
    same("blocked in", 4, b.receive(n).id());
    same("blocked", KernReturn.SUCCESS, waits.get(WAIT_SECONDS, TimeUnit.SECONDS));
  }

  private static void blockedSender(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    PortDescriptor to = as(b.giveOne(a, n, MAKE_SEND), COPY_SEND);
    b.task().setQueueLimit(n, 0);
    CompletableFuture<KernReturn> waits = a.sendBlocked(to, 4);
    same("full", KernReturn.SEND_TIMED_OUT, a.send(to, 5));
    b.die();
    same("blocked", KernReturn.SEND_INVALID_DEST, waits.get(WAIT_SECONDS, TimeUnit.SECONDS));
  }

  private static void timedOut(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    PortDescriptor to = as(b.giveOne(a, n, MAKE_SEND), COPY_SEND);
    int inside = a.sendable();
    b.task().setQueueLimit(n, 0);
    same("full", KernReturn.SEND_TIMED_OUT, a.send(to, 1, as(inside, MOVE_RECEIVE)));
    same("back", bits(RightKind.SEND, RightKind.RECEIVE), a.bits(inside));
    b.task().setQueueLimit(n, 1);
    same("again", KernReturn.SUCCESS, a.send(to, 1, as(inside, MOVE_RECEIVE)));
    int there = b.receive(n).ports().getFirst().name();
    same("moved", bits(RightKind.RECEIVE), b.bits(there));
    same("send right stays", bits(RightKind.SEND), a.bits(inside));
  }

  /** The message of a sender that died is not delivered when there is room. */
  private static void senderDies(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int n = b.port();
    int inA = b.giveOne(a, n, MAKE_SEND);
    int inC = b.giveOne(c, n, MAKE_SEND);
    b.task().setQueueLimit(n, 1);
    same("first", KernReturn.SUCCESS, c.send(as(inC, COPY_SEND), 1));
    CompletableFuture<KernReturn> lost = a.sendBlocked(as(inA, COPY_SEND), 2);
    same("full", KernReturn.SEND_TIMED_OUT, a.send(as(inA, COPY_SEND), 3));
    int toA = c.to(a);
    a.die();
    c.awaitDead(toA);
    same("ended", true, lost.handle((result, end) -> true).get(WAIT_SECONDS, TimeUnit.SECONDS));
    same("first", 1, b.receive(n).id());
    same("second", KernReturn.SUCCESS, c.send(as(inC, COPY_SEND), 4));
    same("the next that lives", 4, b.receive(n).id());
  }

  private static void order(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int n = b.port();
    b.task().setQueueLimit(n, 100);
    int inA = b.giveOne(a, n, MAKE_SEND);
    int inC = b.giveOne(c, n, MAKE_SEND);
    for (int i = 0; i < 20; i++) {
      same("send", KernReturn.SUCCESS, a.send(as(inA, COPY_SEND), 100 + i));
      same("send", KernReturn.SUCCESS, c.send(as(inC, COPY_SEND), 200 + i));
    }
    long sender = a.task().task();
    int[] next = {100, 200};
    for (int i = 0; i < 40; i++) {
      IncomingMessage message = b.receive(n);
      int from = message.sender().task() == sender ? 0 : 1;
      same("order", next[from]++, message.id());
      same("number", i, message.sequenceNumber());
    }
  }

  private static void makeCopyMove(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int name = a.giveOne(b, n, MAKE_SEND);
    same("made", bits(RightKind.SEND), b.bits(name));
    same("same name at home", n, b.giveOne(a, name, COPY_SEND));
    same("copied", 1, b.refs(name, RightKind.SEND));
    same("both rights", bits(RightKind.SEND, RightKind.RECEIVE), a.bits(n));
    same("home again", n, b.giveOne(a, name, MOVE_SEND));
    same("added", 2, a.refs(n, RightKind.SEND));
    same("freed", KernReturn.INVALID_NAME, Party.result(() -> b.task().type(name)));
  }

  private static void deadInTransit(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int n = a.port();
    PortDescriptor to = as(a.to(b), COPY_SEND);
    same("send", KernReturn.SUCCESS, a.send(to, 1, as(n, MAKE_SEND), as(n, MAKE_SEND_ONCE)));
    int toA = c.to(a);
    a.die();
    c.awaitDead(toA);
    for (PortDescriptor right : b.receive(b.door()).ports()) {
      same("name", MachLimits.NAME_DEAD, right.name());
    }
  }

  private static void movingReceive(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int n = a.port();
    PortDescriptor inC = as(a.giveOne(c, n, MAKE_SEND), COPY_SEND);
    same("before", KernReturn.SUCCESS, c.send(inC, 101));
    same("move", KernReturn.SUCCESS, a.send(as(a.to(b), COPY_SEND), 1, as(n, MOVE_RECEIVE)));
    same("in transit", KernReturn.SUCCESS, c.send(inC, 102));
    int there = b.receive(b.door()).ports().getFirst().name();
    same("arrived", KernReturn.SUCCESS, c.send(inC, 103));
    same("not here", KernReturn.RCV_INVALID_NAME, a.poll(n));
    for (int id : List.of(101, 102, 103)) {
      same("order", id, b.receive(there).id());
    }
  }

  private static void dispositions(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.sendable();
    int once = TaskRows.FREE_NAME;
    a.task().insertRight(once, n, MAKE_SEND_ONCE);
    List<PortDescriptor> arrived =
        a.give(
            b,
            as(n, MAKE_SEND),
            as(n, MAKE_SEND_ONCE),
            as(n, COPY_SEND),
            as(n, MOVE_SEND),
            as(once, MOVE_SEND_ONCE),
            as(n, MOVE_RECEIVE));
    same(
        "arrive as",
        List.of(MOVE_SEND, MOVE_SEND_ONCE, MOVE_SEND, MOVE_SEND, MOVE_SEND_ONCE, MOVE_RECEIVE),
        arrived.stream().map(PortDescriptor::disposition).toList());
    same("one name", arrived.getFirst().name(), arrived.getLast().name());
    same("references", 3, b.refs(arrived.getFirst().name(), RightKind.SEND));
    for (int name : List.of(n, once)) {
      same("nothing left", KernReturn.INVALID_NAME, Party.result(() -> a.task().type(name)));
    }
  }

  private static void rightNotHeld(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    PortDescriptor to = as(a.to(b), COPY_SEND);
    int receive = a.port();
    same(
        "of the other task",
        KernReturn.SEND_INVALID_RIGHT,
        a.send(to, 1, as(b.port() ^ 0x40_00_00, COPY_SEND)));
    same("other kind", KernReturn.SEND_INVALID_RIGHT, a.send(to, 1, as(receive, COPY_SEND)));
    same("nothing came", KernReturn.RCV_TIMED_OUT, b.poll(b.door()));
  }

  private static void reply(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int reply = a.port();
    same(
        "question",
        KernReturn.SUCCESS,
        a.send(0, as(a.to(b), COPY_SEND), Optional.of(as(reply, MAKE_SEND_ONCE)), 7));
    IncomingMessage question = b.receive(b.door());
    PortDescriptor right = question.reply().orElseThrow();
    same("local", b.door(), question.local());
    same("kind", MOVE_SEND_ONCE, right.disposition());
    same("answer", KernReturn.SUCCESS, b.send(right, 8));
    same("answered", 8, a.receive(reply).id());
    same("used up", KernReturn.INVALID_NAME, Party.result(() -> b.task().type(right.name())));
  }

  private static void waitingReceive(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    PortDescriptor to = as(b.giveOne(a, n, MAKE_SEND), COPY_SEND);
    CompletableFuture<Integer> waits = CompletableFuture.supplyAsync(() -> idOf(b, n));
    same("send", KernReturn.SUCCESS, a.send(to, 9));
    same("received", 9, waits.get(WAIT_SECONDS, TimeUnit.SECONDS));
    same("nobody else's", KernReturn.RCV_INVALID_NAME, a.poll(to.name()));
  }

  private static int idOf(Party party, int port) {
    try {
      return party.receive(port).id();
    } catch (MachRefusal refused) {
      return -refused.result().number();
    }
  }

  private static void sender(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    same("send", KernReturn.SUCCESS, a.send(as(a.to(b), COPY_SEND), 1));
    AuditToken token = b.receive(b.door()).sender();
    same("task", a.task().task(), token.task());
    boolean outside = parties.setting() == Setting.THREADS;
    same("a session for a program outside only", outside, token.session() != 0);
    same("a pid inside only", outside, token.pid() == 0);
    same("code of a bundle only", outside, token.code().toString().matches("0{64}"));
    same("not the other", true, b.task().task() != token.task());
  }

  private static void portSet(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int set = b.task().allocate(RightKind.PORT_SET);
    int first = b.port();
    int second = b.port();
    int inA = b.giveOne(a, first, MAKE_SEND);
    int inC = b.giveOne(c, second, MAKE_SEND);
    b.task().moveMember(first, set);
    CompletableFuture<Integer> waits = CompletableFuture.supplyAsync(() -> idOf(b, set));
    b.task().moveMember(second, set);
    same("to the new member", KernReturn.SUCCESS, c.send(as(inC, COPY_SEND), 20));
    same("wakes who waits", 20, waits.get(WAIT_SECONDS, TimeUnit.SECONDS));
    same("send", KernReturn.SUCCESS, a.send(as(inA, COPY_SEND), 10));
    same("member's name", first, b.receive(set).local());
    b.task().destroy(set);
  }

  private static void armed(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    PortDescriptor to = as(b.giveOne(a, n, MAKE_SEND), COPY_SEND);
    CompletableFuture<KernReturn> fires =
        CompletableFuture.supplyAsync(() -> Party.result(() -> b.task().armAndWait(n)));
    same("send", KernReturn.SUCCESS, a.send(to, 1));
    same("fired", KernReturn.SUCCESS, fires.get(WAIT_SECONDS, TimeUnit.SECONDS));
    same("takes none", 1, b.receive(n).id());
  }

  private static void connection(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    int name = b.giveOne(a, n, MAKE_SEND);
    long number = a.task().connect(name);
    IncomingMessage request = b.receive(n);
    same("id", HostMessage.CONNECTION_REQUEST, request.id());
    same("number", bytes(number), HexFormat.of().formatHex(request.data()));
    same("client", a.task().task(), request.sender().task());
    int toB = a.to(b);
    b.die();
    a.awaitDead(toB);
    same("dead", true, Party.result(() -> a.task().connect(name)) != KernReturn.SUCCESS);
  }

  private static String bytes(long number) {
    return HexFormat.of().formatHex(new WireWriter().i64(number).toBytes());
  }
}
