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

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.MessagePart;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.ReturnedNames;
import org.portunus.abi.wire.TrailedMessage;
import org.portunus.conformance.suite.Row;
import portunus.probe.mach.MachAnswer;

/** Rows 40, 48 to 52 and more: arrays of rights, memory, guarded ports, auxiliary data. */
final class DescriptorRows {
  private static final long GUARD = 0x10;
  private static final long OTHER = 0x20;
  private static final int MEBIBYTE = 1 << 20;
  private static final int MANY = 4096;
  private static final int ONE_INDEX = 1 << MachLimits.GENERATION_BITS;
  private static final MessagePart PORT = new MessagePart.Port();

  private DescriptorRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(69, "every disposition in an array", DescriptorRows::arrays),
            row(70, "an array of two dispositions, or too large", DescriptorRows::badArrays),
            row(71, "a guarded port arrives guarded", DescriptorRows::guarded),
            row(72, "a guarded port for who does not know them", DescriptorRows::guardedUnknown),
            row(73, "a guarded port with another guard", DescriptorRows::guardedRefused),
            row(74, "memory arrives, whole and sealed", DescriptorRows::memory),
            row(75, "auxiliary data, and too much of it", DescriptorRows::auxiliary),
            row(76, "a message that comes back has all its rights", DescriptorRows::comesBack))
        .flatMap(rows -> rows);
  }

  private static MessagePart array(int count) {
    return new MessagePart.Ports(count, false);
  }

  private static void arrays(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    PortDescriptor to = as(a.to(b), COPY_SEND);
    for (Disposition disposition : Disposition.values()) {
      int first = right(a, disposition, TaskRows.FREE_NAME);
      int second = right(a, disposition, TaskRows.FREE_NAME + ONE_INDEX);
      List<PortDescriptor> rights = List.of(as(first, disposition), as(second, disposition));
      same("send", KernReturn.SUCCESS, Letter.to(to, rights, array(2)).resultBy(a));
      TrailedMessage got = Letter.receive(b, b.door());
      same("parts", List.of(new MessagePart.Ports(2, true)), got.body().parts());
      Disposition arrives =
          switch (disposition.arrivesAs()) {
            case RECEIVE -> MOVE_RECEIVE;
            case SEND -> MOVE_SEND;
            default -> MOVE_SEND_ONCE;
          };
      for (PortDescriptor right : got.ports()) {
        same("arrives as", arrives, right.disposition());
        same("held", disposition.arrivesAs().typeBit(), b.bits(right.name()));
      }
    }
    List<PortDescriptor> bare =
        List.of(as(MachLimits.NAME_NULL, COPY_SEND), as(MachLimits.NAME_DEAD, COPY_SEND));
    same("bare names", KernReturn.SUCCESS, Letter.to(to, bare, array(2)).resultBy(a));
    List<Integer> names =
        Letter.receive(b, b.door()).ports().stream().map(PortDescriptor::name).toList();
    same("bare names", List.of(MachLimits.NAME_NULL, MachLimits.NAME_DEAD), names);
  }

  /** A fresh port's right that can go by this disposition. */
  private static int right(Party party, Disposition disposition, int free) throws Exception {
    return switch (disposition) {
      case MAKE_SEND, MAKE_SEND_ONCE, MOVE_RECEIVE -> party.port();
      case COPY_SEND, MOVE_SEND -> party.sendable();
      case MOVE_SEND_ONCE -> {
        party.task().insertRight(free, party.port(), MAKE_SEND_ONCE);
        yield free;
      }
    };
  }

  private static void badArrays(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    PortDescriptor to = as(a.to(b), COPY_SEND);
    int n = a.sendable();
    List<PortDescriptor> two = List.of(as(n, COPY_SEND), as(n, MAKE_SEND));
    same("two", KernReturn.SEND_INVALID_TYPE, Letter.to(to, two, array(2)).resultBy(a));
    List<PortDescriptor> most = Collections.nCopies(MANY, as(n, COPY_SEND));
    same("most", KernReturn.SUCCESS, Letter.to(to, most, array(MANY)).resultBy(a));
    List<PortDescriptor> got = Letter.receive(b, b.door()).ports();
    same("all came", MANY, got.size());
    same("one name", MANY, b.refs(got.getFirst().name(), RightKind.SEND));
    same("none came", KernReturn.RCV_TIMED_OUT, b.poll(b.door()));
  }

  private static void guarded(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    PortDescriptor to = as(a.to(b), COPY_SEND);
    int guarded = a.port();
    a.task().guard(guarded, GUARD, 0);
    int plain = a.port();
    MessagePart first = new MessagePart.Guarded(MessagePart.Guarded.IMMOVABLE_RECEIVE, GUARD);
    MessagePart second =
        new MessagePart.Guarded(
            MessagePart.Guarded.IMMOVABLE_RECEIVE | MessagePart.Guarded.UNGUARDED_ON_SEND, 0);
    List<PortDescriptor> rights = List.of(as(guarded, MOVE_RECEIVE), as(plain, MOVE_RECEIVE));
    same("send", KernReturn.SUCCESS, Letter.to(to, rights, first, second).resultBy(a));
    TrailedMessage got = Letter.receive(b, b.door(), OTHER);
    MessagePart expected = new MessagePart.Guarded(MessagePart.Guarded.IMMOVABLE_RECEIVE, OTHER);
    same("parts", List.of(expected, expected), got.body().parts());
    for (PortDescriptor right : got.ports()) {
      same("context", OTHER, b.task().context(right.name()));
      same(
          "stays",
          KernReturn.SEND_INVALID_RIGHT,
          b.send(as(b.to(a), COPY_SEND), 2, as(right.name(), MOVE_RECEIVE)));
      b.task().unguard(right.name(), OTHER);
      same(
          "moves",
          KernReturn.SUCCESS,
          b.send(as(b.to(a), COPY_SEND), 2, as(right.name(), MOVE_RECEIVE)));
      a.receive(a.door());
    }
  }

  private static void guardedUnknown(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    PortDescriptor to = as(a.to(b), COPY_SEND);
    int plain = a.sendable();
    MessagePart part = new MessagePart.Guarded(MessagePart.Guarded.UNGUARDED_ON_SEND, 0);
    same(
        "send",
        KernReturn.SUCCESS,
        Letter.to(to, List.of(as(plain, MOVE_RECEIVE)), part).resultBy(a));
    PortDescriptor got = b.receive(b.door()).ports().getFirst();
    same("no right", MachLimits.NAME_NULL, got.name());
    same("its port is dead", RightKind.DEAD_NAME.typeBit(), a.bits(plain));
  }

  private static void guardedRefused(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    PortDescriptor to = as(a.to(b), COPY_SEND);
    int n = a.port();
    a.task().guard(n, GUARD, 0);
    List<PortDescriptor> right = List.of(as(n, MOVE_RECEIVE));
    int immovable = MessagePart.Guarded.IMMOVABLE_RECEIVE;
    int unguarded = MessagePart.Guarded.UNGUARDED_ON_SEND;
    for (MessagePart wrong :
        List.of(
            new MessagePart.Guarded(0, GUARD),
            new MessagePart.Guarded(4, GUARD),
            new MessagePart.Guarded(unguarded, GUARD))) {
      same("type", KernReturn.SEND_INVALID_TYPE, Letter.to(to, right, wrong).resultBy(a));
    }
    List<PortDescriptor> send = List.of(as(n, MAKE_SEND));
    MessagePart good = new MessagePart.Guarded(immovable, GUARD);
    same("other right", KernReturn.SEND_INVALID_TYPE, Letter.to(to, send, good).resultBy(a));
    for (MessagePart wrong :
        List.of(new MessagePart.Guarded(immovable, OTHER), new MessagePart.Guarded(unguarded, 0))) {
      same("guard", KernReturn.SEND_INVALID_RIGHT, Letter.to(to, right, wrong).resultBy(a));
    }
    same("still here", bits(RightKind.RECEIVE), a.bits(n));
    same("still guarded", GUARD, a.task().context(n));
    same("nothing came", KernReturn.RCV_TIMED_OUT, b.poll(b.door()));
  }

  private static void memory(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    PortDescriptor to = as(a.to(b), COPY_SEND);
    byte[] large = new byte[MEBIBYTE];
    Arrays.fill(large, (byte) 7);
    byte[] small = {1, 2, 3};
    int n = a.sendable();
    Letter letter =
        Letter.to(
                to,
                List.of(as(n, COPY_SEND)),
                new MessagePart.Memory(large.length, false),
                PORT,
                new MessagePart.Memory(0, false),
                new MessagePart.Memory(small.length, true))
            .withMemory(large, small);
    same("send", KernReturn.SUCCESS, letter.resultBy(a));
    MachAnswer got = Letter.answer(b, b.door(), 0);
    same("objects", 2, got.memory().size());
    same("large", true, Arrays.equals(large, got.memory().getFirst()));
    same("small", true, Arrays.equals(small, got.memory().getLast()));
    same("send", KernReturn.SUCCESS, letter.resultBy(a));
    same("who does not ask gets the right alone", 1, b.receive(b.door()).ports().size());
  }

  private static void auxiliary(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    PortDescriptor to = as(a.to(b), COPY_SEND);
    byte[] most = new byte[MessageBody.MAX_AUXILIARY];
    Arrays.fill(most, (byte) 9);
    Letter letter = Letter.to(to, List.of()).withAuxiliary(most);
    same("send", KernReturn.SUCCESS, letter.resultBy(a));
    TrailedMessage got = Letter.receive(b, b.door());
    same("auxiliary", true, Arrays.equals(most, got.body().auxiliary()));
    same("data", 1, got.data().length);
    byte[] tooMuch = new byte[MessageBody.MAX_AUXILIARY + 1];
    same(
        "too much",
        KernReturn.SEND_AUX_TOO_LARGE,
        Letter.to(to, List.of()).withAuxiliary(tooMuch).resultBy(a));
    same("nothing came", KernReturn.RCV_TIMED_OUT, b.poll(b.door()));
  }

  private static void comesBack(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    PortDescriptor to = as(b.giveOne(a, n, MAKE_SEND), COPY_SEND);
    b.task().setQueueLimit(n, 0);
    int guarded = a.port();
    a.task().guard(guarded, GUARD, 0);
    int sent = a.sendable();
    int reply = a.port();
    Letter letter =
        Letter.to(
                to,
                List.of(as(guarded, MOVE_RECEIVE), as(sent, MOVE_SEND), as(sent, MAKE_SEND_ONCE)),
                new MessagePart.Guarded(MessagePart.Guarded.IMMOVABLE_RECEIVE, GUARD),
                PORT,
                new MessagePart.Memory(3, false),
                PORT)
            .withReply(as(reply, MAKE_SEND_ONCE))
            .withMemory(new byte[] {1, 2, 3});
    MachAnswer back = letter.sendBy(a);
    same("full", KernReturn.SEND_TIMED_OUT, back.result());
    ReturnedNames names = ReturnedNames.read(back.told());
    same("rights", 3, names.ports().size());
    same("guard again", GUARD, a.task().context(names.ports().getFirst().name()));
    same("send right", sent, names.ports().get(1).name());
    same("once", MOVE_SEND_ONCE, names.ports().getLast().disposition());
    b.task().setQueueLimit(n, 1);
    Letter again =
        new Letter(
            names.destination(),
            names.reply(),
            names.ports(),
            letter.body(),
            letter.data(),
            letter.memory());
    same("again", KernReturn.SUCCESS, again.resultBy(a));
    TrailedMessage got = Letter.receive(b, n, OTHER);
    same("rights", 3, got.ports().size());
    same("reply", Optional.of(MOVE_SEND_ONCE), got.reply().map(PortDescriptor::disposition));
  }
}
