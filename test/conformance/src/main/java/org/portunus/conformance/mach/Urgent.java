// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import static org.portunus.abi.mach.Disposition.COPY_SEND;
import static org.portunus.abi.mach.Disposition.MAKE_SEND_ONCE;
import static org.portunus.abi.mach.Disposition.MOVE_SEND_ONCE;
import static org.portunus.conformance.mach.Party.as;
import static org.portunus.conformance.suite.Row.same;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MessageOption;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.wire.ComplexMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.ReceiveQuestion;
import org.portunus.abi.wire.ReceivedUrgency;
import org.portunus.abi.wire.TrailedMessage;
import org.portunus.abi.wire.UrgentMessage;
import org.portunus.abi.wire.WireReader;
import portunus.probe.mach.MachAnswer;

/** A message with a QoS, a voucher or both, as a row sends it. */
record Urgent(
    int options,
    Qos qos,
    Optional<PortDescriptor> voucher,
    PortDescriptor to,
    Optional<PortDescriptor> reply,
    List<PortDescriptor> rights) {

  /** A request to a port, to be answered at another. */
  static Urgent request(int to, int replies, Qos qos) {
    return new Urgent(
        0,
        qos,
        Optional.empty(),
        as(to, COPY_SEND),
        Optional.of(as(replies, MAKE_SEND_ONCE)),
        List.of());
  }

  /** A message that nobody answers. */
  static Urgent oneWay(int to, Qos qos) {
    return new Urgent(0, qos, Optional.empty(), as(to, COPY_SEND), Optional.empty(), List.of());
  }

  /** It is to be worked at at whatever its sender works at. */
  Urgent propagating() {
    return with(MessageOption.SEND_PROPAGATE_QOS.bit());
  }

  Urgent with(int option) {
    return new Urgent(options | option, qos, voucher, to, reply, rights);
  }

  Urgent with(PortDescriptor asVoucher) {
    return new Urgent(options, qos, Optional.of(asVoucher), to, reply, rights);
  }

  Urgent carrying(PortDescriptor... more) {
    return new Urgent(options, qos, voucher, to, reply, List.of(more));
  }

  /** Sends it without waiting. */
  KernReturn by(Party party) {
    return answer(party).result();
  }

  MachAnswer answer(Party party) {
    OutgoingMessage message = new OutgoingMessage(0, to, reply, 1, rights, new byte[0]);
    ComplexMessage complex = new ComplexMessage(options, message, MessageBody.PLAIN);
    return party.task().sendUrgent(new UrgentMessage(qos, voucher, complex).toBytes());
  }

  /** A message as its receiver sees it. */
  record Got(ReceivedUrgency urgency, TrailedMessage message) {
    Qos qos() {
      return urgency.qos();
    }

    int reply() {
      return message.reply().orElseThrow().name();
    }

    /** Answers it. */
    void answerBy(Party party) {
      same("answer", KernReturn.SUCCESS, party.send(as(reply(), MOVE_SEND_ONCE), 2));
    }

    int voucher() {
      return urgency.voucher().orElseThrow().name();
    }
  }

  static Got receive(Party party, int port) throws MalformedFrameException {
    int options = MessageOption.RCV_VOUCHER.bit() | TrailerElements.NONE.option();
    MachAnswer answer =
        party
            .task()
            .receiveUrgent(
                new ReceiveQuestion(
                        port, Party.PATIENCE_NANOS, options, ReceiveQuestion.NO_LIMIT, 0)
                    .toBytes());
    same("received", KernReturn.SUCCESS, answer.result());
    WireReader in = new WireReader(answer.told());
    ReceivedUrgency urgency = ReceivedUrgency.read(in);
    byte[] rest = in.fixed("message", in.remaining());
    return new Got(urgency, TrailedMessage.read(rest, TrailerElements.NONE));
  }

  /** What a party works at while nobody waits for it. */
  static Qos own(Party party) {
    return party.task().qos().get(0);
  }

  static Qos ceiling(Party party) {
    return party.task().qos().get(1);
  }

  /** What a party works at now. */
  static Qos now(Party party) {
    return party.task().qos().get(2);
  }
}
