// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.mach.VoucherCommand;
import org.portunus.abi.mach.VoucherKey;
import org.portunus.abi.wire.ComplexMessage;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.QosGrant;
import org.portunus.abi.wire.QosStatus;
import org.portunus.abi.wire.ReceivedUrgency;
import org.portunus.abi.wire.UrgentMessage;
import org.portunus.abi.wire.VoucherRecipe;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;

/** The bytes of what says how urgent something is. */
class QosVectorsTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void status() throws MalformedFrameException {
    QosStatus status = new QosStatus(new QosGrant(Qos.UTILITY, Qos.DEFAULT), Qos.USER_INITIATED);
    assertThat(HEX.formatHex(status.toBytes())).isEqualTo("030405");
    assertThat(QosStatus.read(status.toBytes())).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"000404", "050404", "030407", "0304", "03040500"})
  void statusOfAnotherForm(String bytes) {
    refused(() -> QosStatus.read(HEX.parseHex(bytes)));
  }

  @Test
  void urgentMessage() throws MalformedFrameException {
    OutgoingMessage message =
        new OutgoingMessage(
            0,
            new PortDescriptor(0x103, Disposition.COPY_SEND),
            Optional.empty(),
            7,
            List.of(),
            new byte[] {9});
    UrgentMessage urgent =
        new UrgentMessage(
            Qos.USER_INITIATED,
            Optional.of(new PortDescriptor(0x203, Disposition.MOVE_SEND)),
            new ComplexMessage(0x200000, message, MessageBody.PLAIN));
    String bytes =
        "05"
            + "01"
            + "03020000"
            + "11"
            + "00002000"
            + "0000000000000000"
            + "03010000"
            + "13"
            + "00"
            + "07000000"
            + "0000"
            + "01000000"
            + "09"
            + "0000"
            + "00000000";
    assertThat(HEX.formatHex(urgent.toBytes())).isEqualTo(bytes);
    UrgentMessage read = UrgentMessage.read(urgent.toBytes());
    assertThat(HEX.formatHex(read.toBytes())).isEqualTo(bytes);
    assertThat(read.voucher()).isEqualTo(urgent.voucher());
    refused(() -> UrgentMessage.read(HEX.parseHex("07" + bytes.substring(2))));
    refused(() -> UrgentMessage.read(HEX.parseHex("0502" + bytes.substring(4))));
    refused(() -> UrgentMessage.read(HEX.parseHex(bytes + "00")));
  }

  @Test
  void receivedUrgency() throws MalformedFrameException {
    ReceivedUrgency urgency =
        new ReceivedUrgency(
            Qos.BACKGROUND, Optional.of(new PortDescriptor(0x203, Disposition.MOVE_SEND)));
    WireWriter out = new WireWriter();
    urgency.write(out);
    assertThat(HEX.formatHex(out.toBytes())).isEqualTo("02" + "01" + "03020000");
    assertThat(ReceivedUrgency.read(new WireReader(out.toBytes()))).isEqualTo(urgency);
    assertThat(ReceivedUrgency.read(new WireReader(new byte[2]))).isEqualTo(ReceivedUrgency.NONE);
  }

  @Test
  void recipes() throws MalformedFrameException {
    List<VoucherRecipe> recipes =
        List.of(
            VoucherRecipe.of(Qos.UTILITY),
            VoucherRecipe.of(VoucherKey.ALL, VoucherCommand.COPY, 0x203));
    String bytes =
        "0200"
            + "04000000"
            + "c6020000"
            + "00000000"
            + "04000000"
            + "03000000"
            + "ffffffff"
            + "01000000"
            + "03020000"
            + "00000000";
    assertThat(HEX.formatHex(VoucherRecipe.toBytes(recipes))).isEqualTo(bytes);
    List<VoucherRecipe> read = VoucherRecipe.read(HEX.parseHex(bytes));
    assertThat(HEX.formatHex(VoucherRecipe.toBytes(read))).isEqualTo(bytes);
    refused(() -> VoucherRecipe.read(HEX.parseHex("1100" + bytes.substring(4))));
    refused(() -> VoucherRecipe.read(HEX.parseHex(bytes + "00")));
  }

  private interface Reading {
    void read() throws MalformedFrameException;
  }

  private static void refused(Reading reading) {
    assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(reading::read);
  }
}
