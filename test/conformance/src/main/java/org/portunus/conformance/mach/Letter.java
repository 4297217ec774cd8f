// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.mach;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MessageOption;
import org.portunus.abi.mach.TrailerElements;
import org.portunus.abi.wire.ComplexMessage;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.MessagePart;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.ReceiveQuestion;
import org.portunus.abi.wire.TrailedMessage;
import portunus.probe.mach.MachAnswer;

/** A message with descriptors, as a row sends and receives it. */
record Letter(
    PortDescriptor to,
    Optional<PortDescriptor> reply,
    List<PortDescriptor> rights,
    MessageBody body,
    byte[] data,
    List<byte[]> memory) {

  static Letter to(PortDescriptor to, List<PortDescriptor> rights, MessagePart... parts) {
    return new Letter(
        to, Optional.empty(), rights, MessageBody.of(parts), new byte[] {1}, List.of());
  }

  Letter withMemory(byte[]... contents) {
    return new Letter(to, reply, rights, body, data, List.of(contents));
  }

  Letter withAuxiliary(byte[] auxiliary) {
    return new Letter(to, reply, rights, new MessageBody(body.parts(), auxiliary), data, memory);
  }

  Letter withReply(PortDescriptor right) {
    return new Letter(to, Optional.of(right), rights, body, data, memory);
  }

  Letter withData(int length) {
    return new Letter(to, reply, rights, body, new byte[length], memory);
  }

  byte[] toBytes(int options, long timeoutNanos) {
    OutgoingMessage message = new OutgoingMessage(timeoutNanos, to, reply, 1, rights, data);
    return new ComplexMessage(options, message, body).toBytes();
  }

  /** Sends it without waiting. */
  MachAnswer sendBy(Party party) {
    return party.task().sendWithOptions(toBytes(0, 0), memory);
  }

  KernReturn resultBy(Party party) {
    return sendBy(party).result();
  }

  /** What a party gets that knows guarded ports, which it guards by this. */
  static MachAnswer answer(Party party, int port, long guard) {
    int options = MessageOption.RCV_GUARDED_DESC.bit() | TrailerElements.CONTEXT.option();
    return party
        .task()
        .receiveWithOptions(
            new ReceiveQuestion(
                    port, Party.PATIENCE_NANOS, options, ReceiveQuestion.NO_LIMIT, guard)
                .toBytes());
  }

  static TrailedMessage receive(Party party, int port, long guard) throws Exception {
    return TrailedMessage.read(answer(party, port, guard).told(), TrailerElements.CONTEXT);
  }

  static TrailedMessage receive(Party party, int port) throws Exception {
    return receive(party, port, 0);
  }
}
