// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MOVE_SEND;
import static org.portunus.abi.mach.Qos.BACKGROUND;
import static org.portunus.abi.mach.Qos.UNSPECIFIED;
import static org.portunus.abi.mach.Qos.USER_INITIATED;
import static org.portunus.abi.mach.Qos.USER_INTERACTIVE;
import static org.portunus.abi.mach.Qos.UTILITY;
import static org.portunus.conformance.mach.Party.as;
import static org.portunus.conformance.mach.TaskRows.row;
import static org.portunus.conformance.suite.Row.same;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.mach.VoucherCommand;
import org.portunus.abi.mach.VoucherKey;
import org.portunus.abi.wire.VoucherRecipe;
import org.portunus.abi.wire.WireWriter;
import org.portunus.conformance.suite.Row;
import portunus.probe.mach.MachRefusal;

/** Rows 95 to 103: vouchers, which are made by recipes and never change. */
final class VoucherRows {
  private static final byte[] DATA = "seen".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};
  private static final int MOST = 256;

  private VoucherRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(95, "a voucher has the attributes of its recipes", VoucherRows::attributes),
            row(96, "recipes copy and remove; the voucher before stays", VoucherRows::recipes),
            row(97, "recipes that are refused", VoucherRows::refused),
            row(98, "a voucher travels in its slot", VoucherRows::travels),
            row(99, "a voucher is refused elsewhere, others in its slot", VoucherRows::elsewhere),
            row(100, "equal attributes are one voucher", VoucherRows::alike),
            row(101, "a voucher's QoS boosts, under the sender's ceiling", VoucherRows::boosts),
            row(102, "a voucher with importance boosts by its sender", VoucherRows::importance),
            row(103, "a task makes so many vouchers", VoucherRows::quota))
        .flatMap(rows -> rows);
  }

  private static VoucherRecipe data(byte[] content) {
    return VoucherRecipe.of(VoucherKey.USER_DATA, VoucherCommand.USER_DATA_STORE, content);
  }

  private static VoucherRecipe important() {
    return VoucherRecipe.of(VoucherKey.IMPORTANCE, VoucherCommand.IMPORTANCE_SELF, NOTHING);
  }

  private static int voucher(Party party, VoucherRecipe... recipes) throws MachRefusal {
    return party.task().createVoucher(VoucherRecipe.toBytes(List.of(recipes)));
  }

  private static KernReturn result(Party party, VoucherRecipe... recipes) {
    return Party.result(() -> voucher(party, recipes));
  }

  /** QoS, importance, user data. */
  private static List<String> content(Party party, int voucher) throws MachRefusal {
    List<String> contents = new ArrayList<>();
    for (VoucherKey key : List.of(VoucherKey.QOS, VoucherKey.IMPORTANCE, VoucherKey.USER_DATA)) {
      contents.add(Arrays.toString(party.task().voucherContent(voucher, key)));
    }
    return contents;
  }

  private static List<String> says(Qos qos, boolean important, byte[] data) {
    byte[] urgency = qos == UNSPECIFIED ? NOTHING : new WireWriter().i32(qos.number()).toBytes();
    byte[] donates = important ? new WireWriter().i32(1).toBytes() : NOTHING;
    return List.of(Arrays.toString(urgency), Arrays.toString(donates), Arrays.toString(data));
  }

  private static void attributes(Parties parties) throws Exception {
    Party a = parties.join();
    int all = voucher(a, VoucherRecipe.of(UTILITY), important(), data(DATA));
    same("a send right", RightKind.SEND.typeBit(), a.bits(all));
    same("all", says(UTILITY, true, DATA), content(a, all));
    int none = voucher(a);
    same("none", says(UNSPECIFIED, false, NOTHING), content(a, none));
    same(
        "all keys at once",
        KernReturn.INVALID_ARGUMENT,
        Party.result(() -> a.task().voucherContent(all, VoucherKey.ALL)));
    int n = a.sendable();
    same(
        "no voucher",
        KernReturn.INVALID_ARGUMENT,
        Party.result(() -> a.task().voucherContent(n, VoucherKey.QOS)));
    a.task().deallocate(all);
    same("gone", KernReturn.INVALID_NAME, Party.result(() -> a.task().type(all)));
    a.task().deallocate(none);
  }

  private static void recipes(Parties parties) throws Exception {
    Party a = parties.join();
    int all = voucher(a, VoucherRecipe.of(UTILITY), important(), data(DATA));
    int copied =
        voucher(a, VoucherRecipe.of(VoucherKey.ALL, VoucherCommand.COPY, all), data(new byte[2]));
    same("copied, then changed", says(UTILITY, true, new byte[2]), content(a, copied));
    same("the one before", says(UTILITY, true, DATA), content(a, all));
    int one = voucher(a, VoucherRecipe.of(VoucherKey.USER_DATA, VoucherCommand.COPY, all));
    same("one key", says(UNSPECIFIED, false, DATA), content(a, one));
    int removed =
        voucher(
            a,
            VoucherRecipe.of(VoucherKey.ALL, VoucherCommand.COPY, all),
            VoucherRecipe.of(VoucherKey.QOS, VoucherCommand.REMOVE, 0));
    same("removed", says(UNSPECIFIED, true, DATA), content(a, removed));
    int alike =
        voucher(
            a,
            VoucherRecipe.of(VoucherKey.ALL, VoucherCommand.COPY, all),
            VoucherRecipe.of(VoucherKey.ALL, VoucherCommand.REMOVE, copied));
    same("removed where alike", says(UNSPECIFIED, false, DATA), content(a, alike));
    same("so it is that one", one, alike);
    a.task().deallocate(alike);
    for (int name : List.of(all, copied, one, removed)) {
      a.task().deallocate(name);
    }
  }

  private static void refused(Parties parties) throws Exception {
    Party a = parties.join();
    int n = a.sendable();
    List<VoucherRecipe> wrong =
        List.of(
            new VoucherRecipe(3, 0, 0, NOTHING),
            new VoucherRecipe(VoucherKey.QOS.number(), 3, 0, NOTHING),
            VoucherRecipe.of(VoucherKey.ALL, VoucherCommand.QOS_CREATE, new byte[4]),
            VoucherRecipe.of(VoucherKey.QOS, VoucherCommand.QOS_CREATE, new byte[3]),
            VoucherRecipe.of(VoucherKey.QOS, VoucherCommand.QOS_CREATE, new byte[] {7, 0, 0, 0}),
            VoucherRecipe.of(VoucherKey.IMPORTANCE, VoucherCommand.IMPORTANCE_SELF, new byte[1]),
            VoucherRecipe.of(VoucherKey.ALL, VoucherCommand.COPY, new byte[1]));
    for (VoucherRecipe recipe : wrong) {
      same("of another form", KernReturn.INVALID_ARGUMENT, result(a, recipe));
    }
    for (int previous : List.of(n, TaskRows.FREE_NAME)) {
      VoucherRecipe recipe = VoucherRecipe.of(VoucherKey.ALL, VoucherCommand.COPY, previous);
      same("no voucher before", KernReturn.INVALID_CAPABILITY, result(a, recipe));
    }
    same("above the ceiling", KernReturn.DENIED, result(a, VoucherRecipe.of(USER_INTERACTIVE)));
    same("too much", KernReturn.RESOURCE_SHORTAGE, result(a, data(new byte[1025])));
  }

  private static void travels(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    int voucher = voucher(b, VoucherRecipe.of(BACKGROUND), data(DATA));
    Urgent message = Urgent.oneWay(inB, UNSPECIFIED).with(as(voucher, COPY_SEND));
    same("copied", KernReturn.SUCCESS, message.by(b));
    Urgent.Got got = Urgent.receive(a, n);
    same("QoS", BACKGROUND, got.qos());
    same("says", says(BACKGROUND, false, DATA), content(a, got.voucher()));
    same("moved", KernReturn.SUCCESS, message.with(as(voucher, MOVE_SEND)).by(b));
    same("gone here", KernReturn.INVALID_NAME, Party.result(() -> b.task().type(voucher)));
    same("one name there", got.voucher(), Urgent.receive(a, n).voucher());
    same("references", 2, a.refs(got.voucher(), RightKind.SEND));
    int again = voucher(b, VoucherRecipe.of(BACKGROUND), data(DATA));
    same("no reader", KernReturn.SUCCESS, message.with(as(again, COPY_SEND)).by(b));
    same("without being asked", 1, a.receive(n).id());
    same("none came", 2, a.refs(got.voucher(), RightKind.SEND));
    b.task().deallocate(again);
    a.task().destroy(got.voucher());
  }

  private static void elsewhere(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    int voucher = voucher(b, data(DATA));
    Urgent message = Urgent.oneWay(inB, UNSPECIFIED);
    for (var disposition : List.of(COPY_SEND, MOVE_SEND)) {
      same(
          "in the body",
          KernReturn.SEND_INVALID_RIGHT,
          message.carrying(as(voucher, disposition)).by(b));
      same("there still", RightKind.SEND.typeBit(), b.bits(voucher));
    }
    same("as destination", KernReturn.SEND_INVALID_DEST, b.send(as(voucher, COPY_SEND), 1));
    same(
        "as reply right",
        KernReturn.SEND_INVALID_REPLY,
        b.send(0, as(inB, COPY_SEND), Optional.of(as(voucher, COPY_SEND)), 1));
    for (int other : List.of(inB, b.sendable(), TaskRows.FREE_NAME)) {
      same(
          "another right in its slot",
          KernReturn.SEND_INVALID_VOUCHER,
          message.with(as(other, COPY_SEND)).by(b));
    }
    same("made", KernReturn.SEND_INVALID_HEADER, message.with(as(voucher, MAKE_SEND)).by(b));
    same("none", KernReturn.SUCCESS, message.with(as(0, COPY_SEND)).by(b));
    same("no voucher", true, Urgent.receive(a, n).urgency().voucher().isEmpty());
    b.task().deallocate(voucher);
  }

  private static void alike(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int first = voucher(a, VoucherRecipe.of(UTILITY), data(DATA));
    int second = voucher(a, data(DATA), VoucherRecipe.of(UTILITY));
    same("one name", first, second);
    same("references", 2, a.refs(first, RightKind.SEND));
    int inB = voucher(b, VoucherRecipe.of(UTILITY), data(DATA));
    int n = a.port();
    int toA = a.giveOne(b, n, MAKE_SEND);
    same(
        "send", KernReturn.SUCCESS, Urgent.oneWay(toA, UNSPECIFIED).with(as(inB, MOVE_SEND)).by(b));
    same("of others, too", first, Urgent.receive(a, n).voucher());
    a.task().destroy(first);
  }

  private static void boosts(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int n = a.port();
    int inB = a.giveOne(b, n, MAKE_SEND);
    int voucher = voucher(b, VoucherRecipe.of(USER_INITIATED));
    Urgent request = Urgent.request(inB, b.port(), BACKGROUND).with(as(voucher, COPY_SEND));
    same("send", KernReturn.SUCCESS, request.by(b));
    same("boosted", USER_INITIATED, Urgent.now(a));
    Urgent.Got got = Urgent.receive(a, n);
    same("QoS", USER_INITIATED, got.qos());
    int last = c.port();
    int inA = c.giveOne(a, last, MAKE_SEND);
    got.answerBy(a);
    same("after the reply", Urgent.own(a), Urgent.now(a));
    same(
        "passed on",
        KernReturn.SUCCESS,
        Urgent.request(inA, a.port(), UNSPECIFIED).with(as(got.voucher(), COPY_SEND)).by(a));
    Qos most = USER_INITIATED.atMost(Urgent.ceiling(a));
    same("under who passes it on", Urgent.own(c).or(most), Urgent.now(c));
    Urgent.Got second = Urgent.receive(c, last);
    second.answerBy(c);
    same("answered", Urgent.own(c), Urgent.now(c));
    c.task().deallocate(second.voucher());
    a.task().deallocate(got.voucher());
    b.task().deallocate(voucher);
  }

  private static void importance(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    Party c = parties.join();
    int n = c.port();
    int inA = c.giveOne(a, n, MAKE_SEND);
    int voucher = voucher(a, important());
    Urgent request = Urgent.request(inA, a.port(), UNSPECIFIED).with(as(voucher, COPY_SEND));
    same("send", KernReturn.SUCCESS, request.by(a));
    same("as its sender", Urgent.own(c).or(Urgent.own(a)), Urgent.now(c));
    int door = a.port();
    int toA = a.giveOne(b, door, MAKE_SEND);
    same("urgent", KernReturn.SUCCESS, Urgent.request(toA, b.port(), USER_INITIATED).by(b));
    same("through its sender", USER_INITIATED, Urgent.now(c));
    Urgent.Got got = Urgent.receive(c, n);
    got.answerBy(c);
    same("dropped with the message", Urgent.own(c), Urgent.now(c));
    c.task().deallocate(got.voucher());
    a.task().deallocate(voucher);
  }

  private static void quota(Parties parties) throws Exception {
    Party a = parties.join();
    List<Integer> made = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      made.add(voucher(a, data(new WireWriter().i32(i).toBytes())));
    }
    VoucherRecipe more = data(new WireWriter().i32(MOST).toBytes());
    same("one too many", KernReturn.RESOURCE_SHORTAGE, result(a, more));
    same("one that is there", KernReturn.SUCCESS, result(a, data(new byte[4])));
    a.task().destroy(made.removeLast());
    same("room again", KernReturn.SUCCESS, result(a, more));
    made.add(voucher(a, more));
    for (int name : made) {
      a.task().destroy(name);
    }
  }
}
