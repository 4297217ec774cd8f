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
import org.portunus.abi.mach.MessageOption;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.wire.ReceiveQuestion;
import org.portunus.abi.wire.WireReader;
import org.portunus.conformance.suite.Row;
import portunus.probe.mach.MachAnswer;

/** Options of a receive, looks into a queue, and interrupted waits. */
final class OptionRows {
  private static final int HEADER = 24;
  private static final int DATA = 101;
  private static final int ROUNDED = 104;
  private static final int TRAILER = TrailerElements.NONE.bytes();

  private OptionRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(77, "a message that is too large stays or is destroyed", OptionRows::large),
            row(78, "a look into a queue takes nothing", OptionRows::peek),
            row(79, "a wait that is interrupted", OptionRows::interrupted))
        .flatMap(rows -> rows);
  }

  private static MachAnswer receive(Party party, int name, int options, int limit) {
    return party
        .task()
        .receiveWithOptions(
            new ReceiveQuestion(name, Party.PATIENCE_NANOS, options, limit, 0).toBytes());
  }

  private static void large(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    int inA = b.giveOne(a, n, MAKE_SEND);
    Letter letter = Letter.to(as(inA, COPY_SEND), List.of()).withData(DATA);
    int size = HEADER + ROUNDED;
    int keep = MessageOption.RCV_LARGE.bit();
    int identity = keep | MessageOption.RCV_LARGE_IDENTITY.bit();
    same("send", KernReturn.SUCCESS, letter.resultBy(a));
    for (int options : List.of(keep, identity)) {
      MachAnswer tooLarge = receive(b, n, options, size + TRAILER - 1);
      same("too large", KernReturn.RCV_TOO_LARGE, tooLarge.result());
      WireReader told = new WireReader(tooLarge.told());
      same("size", size, told.i32("size"));
      same("port", options == keep ? 0 : n, told.i32("port"));
    }
    same("fits", KernReturn.SUCCESS, receive(b, n, keep, size + TRAILER).result());
    same("send", KernReturn.SUCCESS, letter.resultBy(a));
    same("destroyed", KernReturn.RCV_TOO_LARGE, receive(b, n, 0, size + TRAILER - 1).result());
    same("gone", KernReturn.RCV_TIMED_OUT, b.poll(n));
    same(
        "option",
        KernReturn.RCV_INVALID_ARGUMENTS,
        receive(b, n, 1 << 14, ReceiveQuestion.NO_LIMIT).result());
  }

  private static void peek(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    int inA = b.giveOne(a, n, MAKE_SEND);
    same(
        "empty", KernReturn.FAILURE, Party.result(() -> b.task().peek(n, 0, TrailerElements.NONE)));
    same("first", KernReturn.SUCCESS, a.send(as(inA, COPY_SEND), 41));
    same("second", KernReturn.SUCCESS, a.send(as(inA, COPY_SEND), 42));
    for (int sequence : List.of(0, 1)) {
      List<Integer> seen = b.task().peek(n, sequence, TrailerElements.AUDIT);
      same("seen", List.of(sequence, HEADER + 4, 41 + sequence), seen);
    }
    same("none", KernReturn.FAILURE, Party.result(() -> b.task().peek(n, 2, TrailerElements.NONE)));
    same("still there", 41, b.receive(n).id());
    same("second", 42, b.task().peek(n, 0, TrailerElements.NONE).getLast());
    same(
        "no receive right",
        KernReturn.INVALID_RIGHT,
        Party.result(() -> a.task().peek(inA, 0, TrailerElements.NONE)));
    same("second", 42, b.receive(n).id());
  }

  private static void interrupted(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    int inA = b.giveOne(a, n, MAKE_SEND);
    byte[] question = new ReceiveQuestion(n, -1, 0, ReceiveQuestion.NO_LIMIT, 0).toBytes();
    same("receive", KernReturn.RCV_INTERRUPTED, b.task().receiveInterrupted(question).result());
    b.task().setQueueLimit(n, 0);
    byte[] message = Letter.to(as(inA, COPY_SEND), List.of()).toBytes(0, -1);
    same("send", KernReturn.SEND_INTERRUPTED, a.task().sendInterrupted(message).result());
    b.task().setQueueLimit(n, 1);
    same("nothing came", KernReturn.RCV_TIMED_OUT, b.poll(n));
    same("goes on", KernReturn.SUCCESS, a.send(as(inA, COPY_SEND), 5));
    same("received", 5, b.receive(n).id());
  }
}
