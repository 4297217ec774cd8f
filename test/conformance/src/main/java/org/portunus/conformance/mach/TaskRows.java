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
import static org.portunus.conformance.suite.Row.same;

import java.util.List;
import java.util.stream.Stream;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.conformance.suite.Row;
import org.portunus.conformance.suite.Setting;

/** Rows 7 to 26 with several tasks: what one does to its rights, or its end, is seen by others. */
final class TaskRows {
  /** An index that no row comes to by allocating. */
  static final int FREE_NAME = 0x7003;

  private TaskRows() {}

  /** A row with several tasks. */
  @FunctionalInterface
  interface PartiesCheck {
    void run(Parties parties) throws Exception;
  }

  static Stream<Row> rows() {
    return Stream.of(
            row(7, "a port received three times has one name", TaskRows::oneName),
            row(8, "two send-once rights that arrive have two names", TaskRows::twoOnceNames),
            row(14, "the holder of a send-once right dies", TaskRows::onceHolderDies),
            row(15, "names are each task's own", TaskRows::ownNames),
            row(18, "a receive right is destroyed by its task", TaskRows::receiveDestroyed),
            row(19, "the holder of the receive right dies", TaskRows::receiverDies),
            row(21, "a freed name hears of no death", TaskRows::freedName),
            row(23, "a moved receive right comes back at death", TaskRows::portComesBack),
            row(24, "the last sender lets go, or dies", TaskRows::lastSender),
            row(25, "a death is told to every task", TaskRows::everybodyHears))
        .flatMap(rows -> rows);
  }

  /** The row as threads and as processes. */
  static Stream<Row> row(int number, String title, PartiesCheck check) {
    return Stream.of(Setting.THREADS, Setting.PROCESSES)
        .map(setting ->
            new Row(
                "mach-" + number + "-tasks",
                title,
                setting,
                tasks -> {
                  try (Parties parties = new Parties(tasks, setting)) {
                    check.run(parties);
                  }
                }));
  }

  private static void oneName(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int first = a.giveOne(b, n, MAKE_SEND);
    int second = a.giveOne(b, n, MAKE_SEND);
    same("made", 2, b.refs(first, RightKind.SEND));
    int third = a.giveOne(b, n, MOVE_RECEIVE);
    same("one name", List.of(first, first), List.of(second, third));
    same("rights", bits(RightKind.SEND, RightKind.RECEIVE), b.bits(first));
    same("gone here", KernReturn.INVALID_NAME, Party.result(() -> a.task().type(n)));
  }

  private static void twoOnceNames(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    List<PortDescriptor> arrived = a.give(b, as(n, MAKE_SEND_ONCE), as(n, MAKE_SEND_ONCE));
    int first = arrived.getFirst().name();
    int second = arrived.getLast().name();
    same("two names", true, first != second);
    for (int name : List.of(first, second)) {
      same("references", 1, b.refs(name, RightKind.SEND_ONCE));
      same("used", KernReturn.SUCCESS, b.send(as(name, MOVE_SEND_ONCE), 7));
      same("used up", KernReturn.INVALID_NAME, Party.result(() -> b.task().type(name)));
      same("arrives", 7, a.receive(n).id());
    }
  }

  private static void onceHolderDies(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    same("kind", bits(RightKind.SEND_ONCE), b.bits(a.giveOne(b, n, MAKE_SEND_ONCE)));
    b.die();
    a.notified(n, NotificationKind.SEND_ONCE);
    same("once only", KernReturn.RCV_TIMED_OUT, a.poll(n));
  }

  private static void ownNames(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int free = FREE_NAME;
    for (Party party : List.of(a, b)) {
      same("unknown", KernReturn.INVALID_NAME, Party.result(() -> party.task().type(free)));
    }
    same(
        "inserted",
        KernReturn.SUCCESS,
        Party.result(() -> b.task().insertRight(free, b.door(), MAKE_SEND_ONCE)));
    same("there", bits(RightKind.SEND_ONCE), b.bits(free));
    same("not here", KernReturn.INVALID_NAME, Party.result(() -> a.task().type(free)));
    b.task().deallocate(free);
    b.notified(b.door(), NotificationKind.SEND_ONCE);
  }

  private static void receiveDestroyed(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    int send = b.giveOne(a, n, MAKE_SEND);
    int once = b.giveOne(a, n, MAKE_SEND_ONCE);
    int inside = a.sendable();
    same("queued", KernReturn.SUCCESS, a.send(as(send, COPY_SEND), 1, as(inside, MOVE_RECEIVE)));
    b.task().destroy(n);
    same("send", bits(RightKind.DEAD_NAME), a.bits(send));
    same("send-once", bits(RightKind.DEAD_NAME), a.bits(once));
    same("right in its queue", bits(RightKind.DEAD_NAME), a.bits(inside));
    same("destination", KernReturn.SEND_INVALID_DEST, a.send(as(send, COPY_SEND), 1));
  }

  private static void receiverDies(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int name = b.giveOne(a, b.port(), MAKE_SEND);
    int at = a.port();
    same("request", KernReturn.SUCCESS, a.request(name, NotificationKind.DEAD_NAME, at));
    b.die();
    IncomingMessage told = a.notified(at, NotificationKind.DEAD_NAME);
    same("name", name, Task.number(told));
    same("type", bits(RightKind.DEAD_NAME), a.bits(name));
    same("references", 2, a.refs(name, RightKind.DEAD_NAME));
    same("once", KernReturn.RCV_TIMED_OUT, a.poll(at));
  }

  private static void freedName(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    int once = b.giveOne(a, n, MAKE_SEND_ONCE);
    int at = a.port();
    same("request", KernReturn.SUCCESS, a.request(once, NotificationKind.DEAD_NAME, at));
    same("used", KernReturn.SUCCESS, a.send(as(once, MOVE_SEND_ONCE), 5));
    same("name", once, Task.number(a.notified(at, NotificationKind.PORT_DELETED)));
    same("arrives", 5, b.receive(n).id());
    int other = a.to(b);
    b.die();
    a.awaitDead(other);
    same("nothing more", KernReturn.RCV_TIMED_OUT, a.poll(at));
  }

  private static void portComesBack(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.sendable();
    int at = a.port();
    same("request", KernReturn.SUCCESS, a.request(n, NotificationKind.PORT_DESTROYED, at));
    int there = a.giveOne(b, n, MOVE_RECEIVE);
    same("moved", bits(RightKind.SEND), a.bits(n));
    same("queued", KernReturn.SUCCESS, a.send(as(n, COPY_SEND), 55));
    same("held there", bits(RightKind.RECEIVE), b.bits(there));
    b.die();
    IncomingMessage back = a.notified(at, NotificationKind.PORT_DESTROYED);
    same("its name", n, back.ports().getFirst().name());
    same("both rights", bits(RightKind.SEND, RightKind.RECEIVE), a.bits(n));
    same("its queue", 55, a.receive(n).id());
  }

  private static void lastSender(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int at = a.port();
    int name = a.giveOne(b, n, MAKE_SEND);
    same("request", KernReturn.SUCCESS, a.request(n, NotificationKind.NO_SENDERS, at));
    same("while there is one", KernReturn.RCV_TIMED_OUT, a.poll(at));
    b.task().deallocate(name);
    same("make-send count", 1, Task.number(a.notified(at, NotificationKind.NO_SENDERS)));
    a.giveOne(b, n, MAKE_SEND);
    same("again", KernReturn.SUCCESS, a.request(n, NotificationKind.NO_SENDERS, at));
    same("send right in transit", KernReturn.RCV_TIMED_OUT, a.poll(at));
    b.die();
    same("at its death", 2, Task.number(a.notified(at, NotificationKind.NO_SENDERS)));
    same("once", KernReturn.RCV_TIMED_OUT, a.poll(at));
  }

  private static void everybodyHears(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int inA = b.giveOne(a, b.port(), MAKE_SEND);
    int inC = a.giveOne(c, inA, COPY_SEND);
    int atA = a.port();
    int atC = c.port();
    same("request", KernReturn.SUCCESS, a.request(inA, NotificationKind.DEAD_NAME, atA));
    same("request", KernReturn.SUCCESS, c.request(inC, NotificationKind.DEAD_NAME, atC));
    b.die();
    same("one", inA, Task.number(a.notified(atA, NotificationKind.DEAD_NAME)));
    same("other", inC, Task.number(c.notified(atC, NotificationKind.DEAD_NAME)));
    same("moved on", bits(RightKind.DEAD_NAME), c.bits(inC));
    same("no longer sent to", KernReturn.SEND_INVALID_DEST, c.send(as(inC, MOVE_SEND), 1));
  }
}
