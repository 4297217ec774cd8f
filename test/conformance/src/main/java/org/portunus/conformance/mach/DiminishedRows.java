// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND;
import static org.portunus.conformance.mach.Party.as;
import static org.portunus.conformance.mach.TaskRows.row;
import static org.portunus.conformance.suite.Row.same;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.SendPowers;
import org.portunus.abi.wire.SendPowers.Range;
import org.portunus.conformance.suite.Row;
import portunus.probe.mach.MachRefusal;
import portunus.probe.mach.Powers;

/** Rows 136 to 144: send rights with fewer powers. */
final class DiminishedRows {
  private static final SendPowers TWENTIES = SendPowers.ALL.onlyIds(new Range(20, 29));
  private static final SendPowers NO_COPIES = SendPowers.ALL.withoutCopies();
  private static final SendPowers SOON = SendPowers.ALL.endingAfter(Duration.ofMillis(50));

  private DiminishedRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(136, "a right for some ids sends those alone", DiminishedRows::ids),
            row(137, "a right that can't be copied moves", DiminishedRows::noCopies),
            row(138, "a right whose time is up is a dead name", DiminishedRows::expires),
            row(139, "a right whose time is up on its way arrives dead", DiminishedRows::onItsWay),
            row(140, "names never add powers up", DiminishedRows::apart),
            row(141, "a diminished right is a sender to its end", DiminishedRows::senders),
            row(142, "who waits to send at the end of its right", DiminishedRows::waiting),
            row(143, "what can't be diminished, and how", DiminishedRows::refused))
        .flatMap(rows -> rows);
  }

  private static int diminish(Party party, int name, Disposition how, SendPowers powers)
      throws MachRefusal {
    return party.task().diminish(name, how, Powers.of(powers));
  }

  private static KernReturn diminishing(Party party, int name, Disposition how, SendPowers powers) {
    return Party.result(() -> same("refused", 0, diminish(party, name, how, powers)));
  }

  private static void ids(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, diminish(a, n, MAKE_SEND, TWENTIES), MOVE_SEND);
    same("type", RightKind.SEND.typeBit() | 0x10000000, b.bits(inB));
    same("powers", Powers.of(TWENTIES), b.task().powers(inB));
    same("below", KernReturn.SEND_MSG_FILTERED, b.send(as(inB, COPY_SEND), 19));
    same("first", KernReturn.SUCCESS, b.send(as(inB, COPY_SEND), 20));
    same("last", KernReturn.SUCCESS, b.send(as(inB, COPY_SEND), 29));
    same("above", KernReturn.SEND_MSG_FILTERED, b.send(as(inB, MOVE_SEND), 30));
    same("still there", 1, b.refs(inB, RightKind.SEND));
    same("received", List.of(20, 29), List.of(a.receive(n).id(), a.receive(n).id()));
    same("nothing else", KernReturn.RCV_TIMED_OUT, a.poll(n));
  }

  private static void noCopies(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, diminish(a, n, MAKE_SEND, NO_COPIES), MOVE_SEND);
    same("used", KernReturn.SUCCESS, b.send(as(inB, COPY_SEND), 1));
    same("received", 1, a.receive(n).id());
    same(
        "copied",
        KernReturn.SEND_INVALID_RIGHT,
        b.send(as(b.to(a), COPY_SEND), 1, as(inB, COPY_SEND)));
    same(
        "inserted",
        KernReturn.INVALID_CAPABILITY,
        Party.result(() -> b.task().insertRight(TaskRows.FREE_NAME, inB, COPY_SEND)));
    b.task().modRefs(inB, RightKind.SEND, 2);
    int back = b.giveOne(a, inB, MOVE_SEND);
    same("gone", KernReturn.INVALID_NAME, Party.result(() -> b.task().type(inB)));
    same("one", 1, a.refs(back, RightKind.SEND));
    same("powers", Powers.of(NO_COPIES), a.task().powers(back));
  }

  private static void expires(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int notify = b.port();
    int full = a.giveOne(b, n, MAKE_SEND);
    int less = diminish(b, full, COPY_SEND, SOON);
    KernReturn asked = b.request(less, NotificationKind.DEAD_NAME, notify);
    if (asked == KernReturn.SUCCESS) {
      b.notified(notify, NotificationKind.DEAD_NAME);
      same("references", 2, b.refs(less, RightKind.DEAD_NAME));
    } else {
      same("was up before", KernReturn.INVALID_ARGUMENT, asked);
    }
    same("dead", RightKind.DEAD_NAME.typeBit(), b.bits(less));
    same("send", KernReturn.SEND_EXPIRED, b.send(as(less, COPY_SEND), 1));
    same("powers", KernReturn.SEND_EXPIRED, Party.result(() -> b.task().powers(less)));
    same("the full right", KernReturn.SUCCESS, b.send(as(full, COPY_SEND), 2));
    same("received", 2, a.receive(n).id());
  }

  private static void onItsWay(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int less = diminish(a, n, MAKE_SEND, SOON);
    same("sent", KernReturn.SUCCESS, a.send(as(a.to(b), COPY_SEND), 1, as(less, COPY_SEND)));
    a.awaitDead(less);
    same("arrived", MachLimits.NAME_DEAD, b.receive(b.door()).ports().getFirst().name());
  }

  private static void apart(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int made = diminish(a, n, MAKE_SEND, TWENTIES);
    int less = a.giveOne(b, made, COPY_SEND);
    int full = a.giveOne(b, n, MAKE_SEND);
    same("two names", true, less != full);
    same("its copies have one", less, a.giveOne(b, made, COPY_SEND));
    same("references", 2, b.refs(less, RightKind.SEND));
    same("still less", KernReturn.SEND_MSG_FILTERED, b.send(as(less, COPY_SEND), 1));
    int least = diminish(b, less, COPY_SEND, NO_COPIES.onlyIds(new Range(25, 40)));
    Powers left = Powers.of(NO_COPIES.onlyIds(new Range(25, 29)));
    same("what both allow", left, b.task().powers(least));
    int wider = diminish(b, least, MOVE_SEND, SendPowers.ALL);
    same("no more than before", left, b.task().powers(wider));
    int home = b.giveOne(a, wider, MOVE_SEND);
    same("apart from the port's own name", true, home != n);
    same("there too", left, a.task().powers(home));
  }

  private static void senders(Parties parties) throws Exception {
    Party a = parties.join();
    int n = a.port();
    int notify = a.port();
    int first = diminish(a, n, MAKE_SEND, NO_COPIES);
    int last = diminish(a, n, MAKE_SEND, SOON);
    KernReturn asked = a.request(n, NotificationKind.NO_SENDERS, notify);
    same("asked", KernReturn.SUCCESS, asked);
    same("a sender left", KernReturn.RCV_TIMED_OUT, a.poll(notify));
    a.task().deallocate(first);
    a.notified(notify, NotificationKind.NO_SENDERS);
    same("ended", RightKind.DEAD_NAME.typeBit(), a.bits(last));
  }

  private static void waiting(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    a.task().setQueueLimit(n, 0);
    int less = a.giveOne(b, diminish(a, n, MAKE_SEND, SOON), MOVE_SEND);
    CompletableFuture<KernReturn> sent = b.sendBlocked(as(less, COPY_SEND), 3);
    same("its time is up", KernReturn.SEND_EXPIRED, sent.get(30, TimeUnit.SECONDS));
    a.task().setQueueLimit(n, 1);
    same("nothing came", KernReturn.RCV_TIMED_OUT, a.poll(n));
  }

  private static void refused(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    same("once", KernReturn.INVALID_VALUE, diminishing(a, n, MAKE_SEND_ONCE, TWENTIES));
    same("not held", KernReturn.INVALID_RIGHT, diminishing(a, n, COPY_SEND, TWENTIES));
    same("not received", KernReturn.INVALID_RIGHT, diminishing(b, inB, MAKE_SEND, TWENTIES));
    same(
        "unknown",
        KernReturn.INVALID_NAME,
        diminishing(b, TaskRows.FREE_NAME, COPY_SEND, TWENTIES));
    int only = diminish(b, inB, COPY_SEND, NO_COPIES);
    same("a copy", KernReturn.INVALID_CAPABILITY, diminishing(b, only, COPY_SEND, TWENTIES));
    a.task().destroy(n);
    same("dead", KernReturn.INVALID_CAPABILITY, diminishing(b, only, MOVE_SEND, TWENTIES));
    same("powers", KernReturn.INVALID_CAPABILITY, Party.result(() -> b.task().powers(only)));
  }
}
