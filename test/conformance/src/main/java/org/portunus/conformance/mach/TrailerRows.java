// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.conformance.mach.Party.as;
import static org.portunus.conformance.mach.TaskRows.row;
import static org.portunus.conformance.suite.Row.same;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.MessageTrailer;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.ReceiveQuestion;
import org.portunus.abi.wire.TrailedMessage;
import org.portunus.conformance.suite.Row;

/** Row 56 by level: as much of a trailer as its receiver asks for. */
final class TrailerRows {
  private static final long CONTEXT = 0x1122334455667788L;
  private static final List<Integer> SIZES = List.of(8, 12, 20, 52, 60, 68, 68);
  private static final List<Integer> NO_AUDIT = List.of(0, 0, 0, 0, 0, 0, 0, 0);
  private static final List<String> FIELDS =
      List.of("sequence number", "sender", "audit token", "context");

  private TrailerRows() {}

  static Stream<Row> rows() {
    return Stream.of(
            row(67, "trailers of every level have their size", TrailerRows::levels),
            row(68, "a trailer that a sender writes is data", TrailerRows::forged))
        .flatMap(rows -> rows);
  }

  private static void levels(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    b.task().setContext(n, CONTEXT);
    int inA = b.giveOne(a, n, MAKE_SEND);
    same("first", KernReturn.SUCCESS, a.send(as(inA, COPY_SEND), 0));
    AuditToken sender = b.receive(n).sender();
    int sequence = 1;
    TrailerElements[] levels = TrailerElements.values();
    for (int level = 0; level < levels.length; level++) {
      TrailerElements elements = levels[level];
      same("send", KernReturn.SUCCESS, a.send(as(inA, COPY_SEND), sequence));
      MessageTrailer trailer = receive(b, n, elements).trailer();
      same("size", SIZES.get(level), trailer.toBytes().length);
      List<Object> all =
          List.of(
              sequence,
              List.of(sender.euid(), sender.egid()),
              MessageTrailer.words(sender),
              CONTEXT);
      List<Object> none = List.of(0, List.of(0, 0), NO_AUDIT, 0L);
      List<Object> told =
          List.of(
              trailer.sequenceNumber(),
              List.of(trailer.euid(), trailer.egid()),
              trailer.audit(),
              trailer.context());
      for (int i = 0; i < FIELDS.size(); i++) {
        boolean asked = level > i;
        same(FIELDS.get(i) + " at " + elements, (asked ? all : none).get(i), told.get(i));
      }
      sequence++;
    }
  }

  private static void forged(Parties parties) throws Exception {
    Party a = parties.join();
    Party b = parties.join();
    int n = b.port();
    int inA = b.giveOne(a, n, MAKE_SEND);
    AuditToken other = tokenOf(b);
    byte[] written = MessageTrailer.of(TrailerElements.CONTEXT, 77, other, CONTEXT).toBytes();
    OutgoingMessage message =
        new OutgoingMessage(0, as(inA, COPY_SEND), Optional.empty(), 1, List.of(), written);
    a.task().send(message.toBytes());
    TrailedMessage received = receive(b, n, TrailerElements.CONTEXT);
    same("data", true, Arrays.equals(written, received.data()));
    same("sender", MessageTrailer.words(tokenOf(a)), received.trailer().audit());
    same("sequence number", 0, received.trailer().sequenceNumber());
    same("context", 0L, received.trailer().context());
  }

  /** As the kernel tells it to the task itself. */
  private static AuditToken tokenOf(Party party) throws Exception {
    int own = party.port();
    same("to itself", KernReturn.SUCCESS, party.send(as(own, MAKE_SEND_ONCE), 1));
    return party.receive(own).sender();
  }

  private static TrailedMessage receive(Party party, int name, TrailerElements elements)
      throws Exception {
    ReceiveQuestion question = ReceiveQuestion.of(name, Party.PATIENCE_NANOS, elements);
    return TrailedMessage.read(
        party.task().receiveWithOptions(question.toBytes()).told(), elements);
  }
}
