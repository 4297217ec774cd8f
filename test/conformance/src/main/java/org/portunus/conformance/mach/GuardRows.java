// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.abi.mach.Disposition.MOVE_RECEIVE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND_ONCE;
import static org.portunus.conformance.mach.Party.as;
import static org.portunus.conformance.mach.Party.result;
import static org.portunus.conformance.mach.TaskRows.row;
import static org.portunus.conformance.suite.Row.same;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.portunus.abi.mach.GuardException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.PortOption;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.ExceptionMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.conformance.suite.Row;
import portunus.probe.mach.MachRefusal;
import portunus.probe.mach.MachTask;

/** Rows 3, 23 and 27 to 34: chosen names, sets, guards, contexts, roles of ports. */
final class GuardRows {
  private static final long GUARD = 0x1122334455667788L;
  private static final long OTHER = 7;
  private static final int GUARDED = 0x02;
  private static final int STRICT = 0x04;
  private static final int IMMOVABLE = 0x40;

  private GuardRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(3, "a receive right under a chosen name", GuardRows::chosenName),
            row(27, "queue limits that ports may have", GuardRows::queueLimits),
            row(28, "options that exclude each other", GuardRows::contradictions),
            row(29, "a guarded port ends by its guard alone", GuardRows::destruct),
            row(30, "guard twice, unguard wrongly", GuardRows::guardTwice),
            row(31, "contexts of strict ports, swapped guards", GuardRows::contexts),
            row(32, "an immovable receive right", GuardRows::immovable),
            row(33, "a guard does not move with its port", GuardRows::guardStays),
            row(34, "service and connection ports", GuardRows::servicePorts),
            row(58, "a port in several sets", GuardRows::severalSets),
            row(66, "send-possible after a full queue", GuardRows::sendPossible),
            row(61, "a reply port", GuardRows::replyPort),
            row(62, "a port that asks for reply ports", GuardRows::asksForReplyPorts))
        .flatMap(rows -> rows);
  }

  private static int construct(MachTask task, int limit, PortOption... options) throws MachRefusal {
    int flags = 0;
    for (PortOption option : options) {
      flags |= option.bit();
    }
    return task.construct(flags, limit, "", 0, GUARD);
  }

  /** A port that hears of the task's broken guards. */
  private static int listen(Party party) throws MachRefusal {
    int port = party.sendable();
    party.task().setExceptionPort(port);
    return port;
  }

  private static void raised(Party party, int at, int name, GuardException guard, long value)
      throws MachRefusal, MalformedFrameException {
    IncomingMessage message = party.receive(at);
    same("exception", ExceptionMessage.ID, message.id());
    same(
        "guard",
        new ExceptionMessage(
            GuardException.EXCEPTION,
            ExceptionMessage.guardCode(name, guard),
            value,
            party.task().task()),
        ExceptionMessage.read(message.data()));
    same("told by the kernel", 0L, message.sender().task());
    int port = message.ports().getFirst().name();
    same("names the task", party.task().task(), TaskPortRows.identity(party, port).task());
    party.task().deallocate(port);
  }

  private static void alive(Party party, int name) throws MachRefusal {
    same("lives", true, (party.bits(name) & RightKind.RECEIVE.typeBit()) != 0);
  }

  private static void chosenName(Parties parties) throws Exception {
    Party a = parties.join();
    MachTask task = a.task();
    int free = TaskRows.FREE_NAME;
    task.allocateName(RightKind.RECEIVE, free);
    alive(a, free);
    same("used", KernReturn.NAME_EXISTS, result(() -> task.allocateName(RightKind.RECEIVE, free)));
    for (int name : List.of(MachLimits.NAME_NULL, MachLimits.NAME_DEAD)) {
      same(
          "no name",
          KernReturn.INVALID_VALUE,
          result(() -> task.allocateName(RightKind.RECEIVE, name)));
    }
    same(
        "kind",
        KernReturn.INVALID_VALUE,
        result(() -> task.allocateName(RightKind.SEND, free + 0x100)));
    task.destroy(free);
  }

  private static void queueLimits(Parties parties) throws Exception {
    Party a = parties.join();
    for (int limit : List.of(-1, MachLimits.QUEUE_MAX + 1)) {
      same(
          "limit " + limit,
          KernReturn.INVALID_VALUE,
          result(() -> construct(a.task(), limit, PortOption.QUEUE_LIMIT)));
    }
    for (int limit : List.of(0, MachLimits.QUEUE_MAX)) {
      a.task().destroy(construct(a.task(), limit, PortOption.QUEUE_LIMIT));
    }
    int one = construct(a.task(), 1, PortOption.QUEUE_LIMIT, PortOption.INSERT_SEND_RIGHT);
    same("first", KernReturn.SUCCESS, a.send(as(one, COPY_SEND), 1));
    same("full", KernReturn.SEND_TIMED_OUT, a.send(as(one, COPY_SEND), 2));
    a.task().destroy(one);
  }

  private static void contradictions(Parties parties) throws Exception {
    Party a = parties.join();
    List<List<PortOption>> groups =
        List.of(
            List.of(
                PortOption.SERVICE_PORT,
                PortOption.CONNECTION_PORT,
                PortOption.THREAD_GROUP_TRACKING),
            List.of(
                PortOption.REPLY_PORT,
                PortOption.ENFORCE_REPLY_PORT_SEMANTICS,
                PortOption.PROVISIONAL_REPLY_PORT,
                PortOption.PROVISIONAL_ID_PROTECTION_OPTOUT));
    for (List<PortOption> group : groups) {
      for (PortOption one : group) {
        for (PortOption two : group) {
          if (one != two) {
            same(
                one + " and " + two,
                KernReturn.INVALID_ARGUMENT,
                result(() -> construct(a.task(), 5, one, two)));
          }
        }
      }
    }
    same(
        "unknown",
        KernReturn.INVALID_ARGUMENT,
        result(() -> a.task().construct(1 << 20, 5, "", 0, 0)));
    same(
        "thread groups",
        KernReturn.DENIED,
        result(() -> construct(a.task(), 5, PortOption.THREAD_GROUP_TRACKING)));
  }

  private static void destruct(Parties parties) throws Exception {
    Party a = parties.join();
    MachTask task = a.task();
    int heard = listen(a);
    int n = construct(task, 5, PortOption.CONTEXT_AS_GUARD, PortOption.INSERT_SEND_RIGHT);
    same("destroy", KernReturn.INVALID_RIGHT, result(() -> task.destroy(n)));
    raised(a, heard, n, GuardException.DESTROY, GUARD);
    same(
        "mod_refs", KernReturn.INVALID_RIGHT, result(() -> task.modRefs(n, RightKind.RECEIVE, -1)));
    raised(a, heard, n, GuardException.MOD_REFS, GUARD);
    same("destruct", KernReturn.INVALID_ARGUMENT, result(() -> task.destruct(n, 0, OTHER)));
    raised(a, heard, n, GuardException.DESTROY, GUARD);
    alive(a, n);
    same("too many", KernReturn.INVALID_VALUE, result(() -> task.destruct(n, -2, GUARD)));
    same("more", KernReturn.INVALID_VALUE, result(() -> task.destruct(n, 1, GUARD)));
    task.destruct(n, -1, GUARD);
    same("gone", KernReturn.INVALID_NAME, result(() -> task.type(n)));
    task.setExceptionPort(0);
  }

  private static void guardTwice(Parties parties) throws Exception {
    Party a = parties.join();
    MachTask task = a.task();
    int heard = listen(a);
    int n = a.port();
    same("unguarded", KernReturn.INVALID_ARGUMENT, result(() -> task.unguard(n, 0)));
    raised(a, heard, n, GuardException.UNGUARDED, 0);
    task.guard(n, GUARD, 0);
    same("flags", GUARDED, task.flags(n));
    same("twice", KernReturn.INVALID_ARGUMENT, result(() -> task.guard(n, GUARD, 0)));
    raised(a, heard, n, GuardException.INVALID_ARGUMENT, 0);
    same("wrong", KernReturn.INVALID_ARGUMENT, result(() -> task.unguard(n, OTHER)));
    raised(a, heard, n, GuardException.INCORRECT_GUARD, GUARD);
    task.unguard(n, GUARD);
    same("flags", 0, task.flags(n));
    Party b = parties.join();
    int sender = a.giveOne(b, n, MAKE_SEND);
    same("no receive right", KernReturn.INVALID_RIGHT, result(() -> b.task().guard(sender, 1, 0)));
    int gone = a.port();
    task.destroy(gone);
    same("no name", KernReturn.INVALID_NAME, result(() -> task.guard(gone, 1, 0)));
    task.setExceptionPort(0);
  }

  private static void contexts(Parties parties) throws Exception {
    Party a = parties.join();
    MachTask task = a.task();
    int heard = listen(a);
    int strict = construct(task, 5, PortOption.CONTEXT_AS_GUARD, PortOption.STRICT);
    same("flags", GUARDED | STRICT, task.flags(strict));
    same("set", KernReturn.INVALID_ARGUMENT, result(() -> task.setContext(strict, OTHER)));
    raised(a, heard, strict, GuardException.SET_CONTEXT, GUARD);
    same("swap", KernReturn.INVALID_ARGUMENT, result(() -> task.swapGuard(strict, GUARD, OTHER)));
    raised(a, heard, strict, GuardException.SET_CONTEXT, GUARD);
    same("hidden", 0L, task.context(strict));
    task.assertGuard(strict, GUARD);
    same("assert", KernReturn.INVALID_ARGUMENT, result(() -> task.assertGuard(strict, OTHER)));
    raised(a, heard, strict, GuardException.INCORRECT_GUARD, GUARD);
    task.destruct(strict, 0, GUARD);

    int n = construct(task, 5, PortOption.CONTEXT_AS_GUARD);
    same("wrong", KernReturn.INVALID_ARGUMENT, result(() -> task.swapGuard(n, OTHER, 1)));
    raised(a, heard, n, GuardException.INCORRECT_GUARD, GUARD);
    task.swapGuard(n, GUARD, OTHER);
    same("context", OTHER, task.context(n));
    task.setExceptionPort(0);
    task.destruct(n, 0, OTHER);
  }

  private static void immovable(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int heard = listen(a);
    int n = construct(a.task(), 5, PortOption.CONTEXT_AS_GUARD, PortOption.IMMOVABLE_RECEIVE);
    same("flags", GUARDED | IMMOVABLE, a.task().flags(n));
    same(
        "moved",
        KernReturn.SEND_INVALID_RIGHT,
        a.send(as(a.to(b), COPY_SEND), 1, as(n, MOVE_RECEIVE)));
    raised(a, heard, n, GuardException.IMMOVABLE, GUARD);
    alive(a, n);
    a.task().setExceptionPort(0);
    a.task().unguard(n, GUARD);
    int there = a.giveOne(b, n, MOVE_RECEIVE);
    alive(b, there);
    b.task().destroy(there);
  }

  private static void guardStays(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = construct(a.task(), 5, PortOption.CONTEXT_AS_GUARD);
    int there = a.giveOne(b, n, MOVE_RECEIVE);
    same("flags", 0, b.task().flags(there));
    same("context", 0L, b.task().context(there));
    b.task().destroy(there);
  }

  private static void servicePorts(Parties parties) throws Exception {
    Party a = parties.join();
    MachTask task = a.task();
    int service = PortOption.SERVICE_PORT.bit();
    int connection = PortOption.CONNECTION_PORT.bit();
    same(
        "not launchd",
        KernReturn.DENIED,
        result(() -> task.construct(service, 5, "org.example", 0, 0)));
    same(
        "no service port",
        KernReturn.INVALID_ARGUMENT,
        result(() -> task.construct(connection, 5, "", 0, 0)));
    int fake = a.port();
    same(
        "another port",
        KernReturn.INVALID_CAPABILITY,
        result(() -> task.construct(connection, 5, "", fake, 0)));
    task.destroy(fake);
    same(
        "a port that was",
        KernReturn.INVALID_CAPABILITY,
        result(() -> task.construct(connection, 5, "", fake, 0)));
    int ordinary = a.port();
    same("service of", KernReturn.INVALID_CAPABILITY, result(() -> task.service(ordinary)));
  }

  private static void severalSets(Parties parties) throws Exception {
    Party a = parties.join();
    MachTask task = a.task();
    int first = task.allocate(RightKind.PORT_SET);
    int second = task.allocate(RightKind.PORT_SET);
    int n = a.sendable();
    task.insertMember(n, first);
    task.insertMember(n, second);
    same("again", KernReturn.ALREADY_IN_SET, result(() -> task.insertMember(n, second)));
    same("members", List.of(n), task.members(first));
    same("sent", KernReturn.SUCCESS, a.send(as(n, COPY_SEND), 3));
    task.extractMember(n, first);
    same("not there", KernReturn.RCV_TIMED_OUT, a.poll(first));
    same("member's name", n, a.receive(second).local());
    same("out already", KernReturn.NOT_IN_SET, result(() -> task.extractMember(n, first)));
    same("empty", List.of(), task.members(first));
    task.destroy(first);
    task.destroy(second);
  }

  private static void sendPossible(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    b.task().setQueueLimit(n, 1);
    int to = b.giveOne(a, n, MAKE_SEND);
    int at = a.port();
    same(
        "with room",
        KernReturn.SUCCESS,
        result(() -> a.task().request(to, NotificationKind.SEND_POSSIBLE, 1, at)));
    same("at once", to, Task.number(a.notified(at, NotificationKind.SEND_POSSIBLE)));
    same("first", KernReturn.SUCCESS, a.send(as(to, COPY_SEND), 1));
    a.task().request(to, NotificationKind.SEND_POSSIBLE, 0, at);
    byte[] second =
        new OutgoingMessage(0, as(to, COPY_SEND), Optional.empty(), 2, List.of(), new byte[0])
            .toBytes();
    same("full", KernReturn.SEND_TIMED_OUT, result(() -> a.task().sendOrNotify(second)));
    same("not yet", KernReturn.RCV_TIMED_OUT, a.poll(at));
    same("first out", 1, b.receive(n).id());
    same("room", to, Task.number(a.notified(at, NotificationKind.SEND_POSSIBLE)));
    same("once", KernReturn.RCV_TIMED_OUT, a.poll(at));
    b.task().destroy(n);
    a.task().deallocate(to);
  }

  private static void replyPort(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int reply = construct(a.task(), 5, PortOption.REPLY_PORT);
    for (var disposition : List.of(MAKE_SEND, MAKE_SEND_ONCE, MOVE_RECEIVE)) {
      same(
          "in a body, " + disposition,
          KernReturn.SEND_INVALID_RIGHT,
          a.send(as(a.to(b), COPY_SEND), 1, as(reply, disposition)));
    }
    same(
        "as a send right",
        KernReturn.SEND_INVALID_REPLY,
        a.send(0, as(a.to(b), COPY_SEND), Optional.of(as(reply, MAKE_SEND)), 2));
    same(
        "as it is meant",
        KernReturn.SUCCESS,
        a.send(0, as(a.to(b), COPY_SEND), Optional.of(as(reply, MAKE_SEND_ONCE)), 3));
    int once = b.receive(b.door()).reply().orElseThrow().name();
    same(
        "given on",
        KernReturn.SEND_INVALID_RIGHT,
        b.send(as(b.to(a), COPY_SEND), 4, as(once, MOVE_SEND_ONCE)));
    same("answered", KernReturn.SUCCESS, b.send(as(once, MOVE_SEND_ONCE), 5));
    same("answer", 5, a.receive(reply).id());
    a.task().destroy(reply);
  }

  private static void asksForReplyPorts(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int strict = construct(b.task(), 5, PortOption.ENFORCE_REPLY_PORT_SEMANTICS);
    int to = b.giveOne(a, strict, MAKE_SEND);
    int heard = listen(a);
    int ordinary = a.port();
    same(
        "an ordinary port",
        KernReturn.SEND_INVALID_REPLY,
        a.send(0, as(to, COPY_SEND), Optional.of(as(ordinary, MAKE_SEND_ONCE)), 1));
    raised(a, heard, ordinary, GuardException.REQUIRE_REPLY_PORT_SEMANTICS, 0);
    a.task().setExceptionPort(0);
    int reply = construct(a.task(), 5, PortOption.REPLY_PORT);
    same(
        "a reply port",
        KernReturn.SUCCESS,
        a.send(0, as(to, COPY_SEND), Optional.of(as(reply, MAKE_SEND_ONCE)), 2));
    same("arrives", 2, b.receive(strict).id());
    same("without", KernReturn.SUCCESS, a.send(as(to, COPY_SEND), 3));
    b.task().destroy(strict);
    a.task().destroy(reply);
    a.task().deallocate(to);
  }
}
