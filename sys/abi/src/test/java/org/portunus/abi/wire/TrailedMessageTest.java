// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.TrailerElements;

/** Golden bytes of messages with trailers. */
class TrailedMessageTest {
  private static final String HEAD =
      "0301000001030200001235080000" + "010003030000" + "10020000007879" + "000000000000";
  private static final String TRAILER =
      "0000000044000000"
          + "04000000"
          + "e9030000ea030000"
          + "e8030000e9030000ea030000eb030000ec0300000700000003000000090000000"
          + "800000000000080"
          + "0000000000000000";
  private static final AuditToken SENDER =
      new AuditToken(
          1000,
          1001,
          1002,
          1003,
          1004,
          7,
          3,
          9,
          12,
          CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]));

  private static TrailedMessage message(TrailerElements elements) {
    IncomingMessage incoming =
        new IncomingMessage(
            0x103,
            Optional.of(new PortDescriptor(0x203, Disposition.MOVE_SEND_ONCE)),
            2101,
            4,
            List.of(new PortDescriptor(0x303, Disposition.MOVE_RECEIVE)),
            new byte[] {'x', 'y'},
            SENDER);
    return TrailedMessage.of(incoming, MessageBody.PLAIN, elements, 0x8000000000000008L);
  }

  @Test
  void everyLevelIsThePartThatWasAskedFor() throws MalformedFrameException {
    for (TrailerElements elements : TrailerElements.values()) {
      byte[] bytes = message(elements).toBytes();
      String size = "%02x".formatted(elements.bytes());
      String whole = TRAILER.substring(0, 8) + size + TRAILER.substring(10);
      assertThat(HexFormat.of().formatHex(bytes))
          .as("%s", elements)
          .isEqualTo(HEAD + whole.substring(0, 2 * elements.bytes()));
      TrailedMessage read = TrailedMessage.read(bytes, elements);
      assertThat(read).usingRecursiveComparison().isEqualTo(message(elements));
    }
  }

  @Test
  void anotherTrailerThanWasAskedForIsRefused() {
    byte[] bytes = message(TrailerElements.AUDIT).toBytes();
    for (TrailerElements elements : TrailerElements.values()) {
      if (elements != TrailerElements.AUDIT) {
        assertThatExceptionOfType(MalformedFrameException.class)
            .as("%s", elements)
            .isThrownBy(() -> TrailedMessage.read(bytes, elements));
      }
    }
    bytes[HEAD.length() / 2] = 1;
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> TrailedMessage.read(bytes, TrailerElements.AUDIT))
        .withMessageContaining("trailer of type 1");
  }

  @Test
  void optionsNameTheirElements() {
    for (TrailerElements elements : TrailerElements.values()) {
      assertThat(TrailerElements.ofOptions(elements.option())).contains(elements);
    }
    assertThat(TrailerElements.ofOptions(0x05000000)).isEmpty();
    assertThat(TrailerElements.ofOptions(0x11000000)).isEmpty();
  }
}
