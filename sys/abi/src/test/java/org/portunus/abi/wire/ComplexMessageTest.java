// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.MessageOption;

/** Golden bytes of messages with descriptors, of questions and of names that come back. */
class ComplexMessageTest {
  private static final PortDescriptor RECEIVE = new PortDescriptor(0x303, Disposition.MOVE_RECEIVE);
  private static final PortDescriptor SEND = new PortDescriptor(0x403, Disposition.COPY_SEND);
  private static final String BYTES =
      "80000000"
          + "ffffffffffffffff"
          + "0301000013"
          + "01"
          + "0302000015"
          + "35080000"
          + "0400"
          + "0303000010"
          + "0304000013"
          + "0304000013"
          + "0304000013"
          + "0200000078"
          + "79"
          + "0400"
          + "04"
          + "01000000"
          + "1000000000000000"
          + "02"
          + "02000000"
          + "01"
          + "01"
          + "0500000000000000"
          + "00"
          + "00"
          + "03000000"
          + "616263";

  private static ComplexMessage message() {
    OutgoingMessage message =
        new OutgoingMessage(
            OutgoingMessage.FOR_EVER,
            new PortDescriptor(0x103, Disposition.COPY_SEND),
            Optional.of(new PortDescriptor(0x203, Disposition.MAKE_SEND_ONCE)),
            2101,
            List.of(RECEIVE, SEND, SEND, SEND),
            new byte[] {'x', 'y'});
    MessageBody body =
        new MessageBody(
            List.of(
                new MessagePart.Guarded(MessagePart.Guarded.IMMOVABLE_RECEIVE, 0x10),
                new MessagePart.Ports(2, true),
                new MessagePart.Memory(5, false),
                new MessagePart.Port()),
            new byte[] {'a', 'b', 'c'});
    return new ComplexMessage(MessageOption.SEND_NOTIFY.bit(), message, body);
  }

  @Test
  void isWrittenAndReadAsEver() throws MalformedFrameException {
    assertThat(HexFormat.of().formatHex(message().toBytes())).isEqualTo(BYTES);
    assertThat(ComplexMessage.read(message().toBytes()))
        .usingRecursiveComparison()
        .isEqualTo(message());
  }

  @Test
  void volatileMemoryTravelsAsOtherMemory() throws MalformedFrameException {
    MessagePart memory = new MessagePart.VolatileMemory(6, true);
    OutgoingMessage message =
        new OutgoingMessage(0, SEND, Optional.empty(), 1, List.of(), new byte[0]);
    ComplexMessage complex = new ComplexMessage(0, message, MessageBody.of(memory));
    MessageBody read = ComplexMessage.read(complex.toBytes()).body();
    assertThat(read.parts()).containsExactly(memory);
    assertThat(read.memoryParts()).containsExactly(memory);
    assertThat(read.size(0, 0)).isEqualTo(24 + 4 + 16);
  }

  @Test
  void isAsLargeAsXnuSays() {
    MessageBody body = message().body();
    assertThat(body.size(4, 2)).isEqualTo(24 + 4 + 16 + 16 + 16 + 12 + 4);
    assertThat(MessageBody.PLAIN.size(0, 0)).isEqualTo(24);
    assertThat(MessageBody.PLAIN.size(2, 5)).isEqualTo(24 + 4 + 2 * 12 + 8);
  }

  @Test
  void rightsThatAreNotDescribedAreRefused() {
    ComplexMessage good = message();
    for (List<PortDescriptor> rights : List.of(List.<PortDescriptor>of(), List.of(SEND))) {
      OutgoingMessage message =
          new OutgoingMessage(0, SEND, Optional.empty(), 1, rights, new byte[0]);
      byte[] bytes = new ComplexMessage(0, message, good.body()).toBytes();
      assertThatExceptionOfType(MalformedFrameException.class)
          .isThrownBy(() -> ComplexMessage.read(bytes))
          .withMessageContaining("4 rights described");
    }
  }

  @Test
  void whatNoFrameHoldsIsRefusedByItsSender() {
    List<PortDescriptor> most = Collections.nCopies(PortDescriptor.MOST_PORTS, SEND);
    OutgoingMessage message =
        new OutgoingMessage(0, SEND, Optional.empty(), 1, most, new byte[45_000]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ComplexMessage(0, message, MessageBody.PLAIN).toBytes())
        .withMessageContaining("at most " + ComplexMessage.MAX_BYTES);
  }

  @Test
  void unknownDescriptorsAreRefused() {
    byte[] bytes = message().toBytes();
    int guarded = BYTES.indexOf("0401000000") / 2;
    bytes[guarded] = 5;
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> ComplexMessage.read(bytes))
        .withMessage("descriptor type is 5");
  }

  @Test
  void questionsAndNamesAreWrittenAndReadAsEver() throws MalformedFrameException {
    ReceiveQuestion question = new ReceiveQuestion(0x103, 5, 0x1004, 96, 0x10);
    assertThat(HexFormat.of().formatHex(question.toBytes()))
        .isEqualTo("03010000" + "0500000000000000" + "04100000" + "60000000" + "1000000000000000");
    assertThat(ReceiveQuestion.read(question.toBytes())).isEqualTo(question);
    ReturnedNames names = new ReturnedNames(SEND, Optional.of(SEND), List.of(RECEIVE));
    assertThat(HexFormat.of().formatHex(names.toBytes()))
        .isEqualTo("0304000013" + "010304000013" + "0100" + "0303000010");
    assertThat(ReturnedNames.read(names.toBytes())).isEqualTo(names);
  }
}
