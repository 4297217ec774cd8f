// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.conformance.mach.Party.as;
import static org.portunus.conformance.mach.TaskRows.row;
import static org.portunus.conformance.suite.Row.same;

import java.util.List;
import java.util.stream.Stream;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.conformance.suite.Row;

/** Rows 146 to 149: counts that are set, and asked for. */
final class CountRows {
  private CountRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(146, "another make-send count", CountRows::makeSendCount),
            row(147, "another number for the next message", CountRows::sequence),
            row(148, "send rights and requests of a port", CountRows::counts),
            row(149, "names that a task has and may have", CountRows::space))
        .flatMap(rows -> rows);
  }

  private static void makeSendCount(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    a.task().setMakeSendCount(n, 41);
    same("set", 41, a.task().status(n).getFirst());
    b.task().deallocate(inB);
    same(
        "sync",
        KernReturn.SUCCESS,
        Party.result(() -> a.task().request(n, NotificationKind.NO_SENDERS, 41, n)));
    same("make-send count told", 41, Task.number(a.notified(n, NotificationKind.NO_SENDERS)));
    same(
        "no receive right",
        KernReturn.INVALID_RIGHT,
        Party.result(() -> b.task().setMakeSendCount(b.to(a), 1)));
    same(
        "no name",
        KernReturn.INVALID_NAME,
        Party.result(() -> b.task().setMakeSendCount(TaskRows.FREE_NAME, 1)));
  }

  private static void sequence(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    a.task().setSequence(n, 1000);
    same("first", KernReturn.SUCCESS, b.send(as(inB, COPY_SEND), 1));
    same("second", KernReturn.SUCCESS, b.send(as(inB, COPY_SEND), 2));
    same("first", 1000, a.receive(n).sequenceNumber());
    same("second", 1001, a.receive(n).sequenceNumber());
    same(
        "no receive right",
        KernReturn.INVALID_RIGHT,
        Party.result(() -> b.task().setSequence(inB, 1)));
  }

  private static void counts(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    same("new", List.of(0, 1, 0), a.task().counts(n));
    int inB = a.giveOne(b, n, MAKE_SEND);
    same("one", List.of(1, 2, 0), a.task().counts(n));
    same("asked", KernReturn.SUCCESS, b.request(inB, NotificationKind.DEAD_NAME, b.door()));
    same("a request", List.of(1, 2, 1), a.task().counts(n));
    same("on its way", KernReturn.SUCCESS, b.send(as(b.to(a), COPY_SEND), 1, as(inB, COPY_SEND)));
    same("two", List.of(2, 2, 1), a.task().counts(n));
    same("arrived", n, a.receive(a.door()).ports().getFirst().name());
    same(
        "no receive right",
        KernReturn.INVALID_RIGHT,
        Party.result(() -> same("refused", List.of(), b.task().counts(inB))));
  }

  private static void space(Parties parties) throws Exception {
    Party a = parties.join();
    List<Integer> before = a.task().space();
    int n = a.port();
    List<Integer> after = a.task().space();
    same("limit", before.getFirst(), after.getFirst());
    same("one more", before.getLast() + 1, after.getLast());
    same("as many as are listed", a.task().names().size(), after.getLast());
    same("listed", true, a.task().names().contains(n));
  }
}
