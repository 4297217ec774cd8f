// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.TicketKind;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;

/** Byte data that is longer than a message, and what a hostile peer makes of it. */
final class LargeDataTest {
  private static final int LIMIT = 64 << 10;
  private static final int LARGE = LargeData.LEAST + 12_345;
  private static final byte[] MARKED = HexFormat.of().parseHex("ffffffff0000");

  private final NoPeer peer = new NoPeer();

  private static byte[] random(int length) {
    byte[] data = new byte[length];
    new Random(length).nextBytes(data);
    return data;
  }

  private Decoder received(Encoder out) throws Exception {
    List<InboundRight> rights = new ArrayList<>();
    for (int i = 0; i < out.rights().count(); i++) {
      assertThat(out.rights().kind(i)).isEqualTo(TicketKind.MEMORY);
      Descriptor copy = Descriptor.duplicateRaw(out.rights().descriptor(i), 3);
      rights.add(new InboundRight.OfDescriptor(copy, Optional.of(TicketKind.MEMORY)));
    }
    byte[] body = out.toBytes();
    return new Decoder(peer).beginWithRights(body, 0, body.length, rights);
  }

  @Test
  void travelsBesideTheMessage() throws Exception {
    byte[] data = random(LARGE);
    for (Encoder.LongData kind : Encoder.LongData.values()) {
      try (Encoder out = new Encoder(peer, LIMIT, kind, _ -> {})) {
        int record = out.beginRecord();
        out.putInt(7);
        out.putBytes(data);
        out.putSegment(MemorySegment.ofArray(data).asSlice(1));
        out.putBytes(new byte[] {1});
        out.endRecord(record);
        assertThat(out.length()).isEqualTo(4 + 4 + 6 + 6 + 5);
        MemorySegment lent;
        try (Decoder in = received(out)) {
          int outer = in.beginRecord("record");
          assertThat(in.readInt("number")).isEqualTo(7);
          assertThat(in.readBytes("bytes")).isEqualTo(data);
          lent = in.readSegment("memory");
          assertThat(lent.toArray(ValueLayout.JAVA_BYTE))
              .isEqualTo(Arrays.copyOfRange(data, 1, data.length));
          assertThat(lent.isReadOnly()).isTrue();
          assertThat(in.readBytes("rest")).containsExactly(1);
          in.endRecord(outer);
          in.endResult();
        }
        assertThat(lent.scope().isAlive()).isFalse();
      }
    }
  }

  @Test
  void whatIsShorterMustFit() {
    try (Encoder out = new Encoder(peer, LIMIT)) {
      assertRefused(ErrorCode.LIMIT_MESSAGE, () -> out.putBytes(new byte[LargeData.LEAST - 1]));
      assertThat(out.rights().count()).isZero();
    }
  }

  @Test
  void noMoreThanTheRightsOfAMessage() {
    byte[] data = new byte[LargeData.LEAST];
    try (Encoder out = new Encoder(peer, LIMIT)) {
      for (int i = 0; i < 16; i++) {
        out.putBytes(data);
      }
      assertRefused(ErrorCode.LIMIT_DESCRIPTORS, () -> out.putBytes(data));
    }
  }

  @Test
  void isNoLongerThanAllowed() {
    try (Arena arena = Arena.ofConfined();
        Encoder out = new Encoder(peer, LIMIT)) {
      MemorySegment much = arena.allocate(LargeData.MOST + 1);
      assertRefused(ErrorCode.LIMIT_MESSAGE, () -> out.putSegment(much));
    }
  }

  private static void assertRefused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PortunusException.class, thrown -> assertThat(thrown.code()).isEqualTo(code));
  }

  private void assertRefused(ErrorCode code, MemoryFile file, TicketKind kind) throws Exception {
    for (int way = 0; way < 2; way++) {
      boolean lends = way > 0;
      Descriptor copy = file.descriptor().duplicate();
      List<InboundRight> rights = List.of(new InboundRight.OfDescriptor(copy, Optional.of(kind)));
      try (Decoder in = new Decoder(peer).beginWithRights(MARKED, 0, MARKED.length, rights)) {
        assertThatThrownBy(
                () -> {
                  var _ = lends ? in.readSegment("data") : in.readBytes("data");
                })
            .hasMessageContaining("data")
            .isInstanceOfSatisfying(
                PortunusException.class, thrown -> assertThat(thrown.code()).isEqualTo(code));
      }
      assertThat(copy.isOpen()).as("the right is given back").isFalse();
    }
  }

  @Test
  void memoryThatCanChangeIsRefused() throws Exception {
    try (MemoryFile file = MemoryFile.create("open")) {
      file.write(0, MemorySegment.ofArray(new byte[100]));
      assertRefused(ErrorCode.RIGHT_REFUSED, file, TicketKind.MEMORY);
      file.addSeals(EnumSet.of(Seal.GROW, Seal.SHRINK));
      assertRefused(ErrorCode.RIGHT_REFUSED, file, TicketKind.MEMORY);
    }
  }

  @Test
  void memoryThatNobodyPaidForIsRefused() throws Exception {
    try (MemoryFile file = MemoryFile.create("sparse")) {
      file.truncate(LARGE);
      file.seal();
      assertRefused(ErrorCode.RIGHT_REFUSED, file, TicketKind.MEMORY);
    }
  }

  @Test
  void memoryThatIsTooLongIsRefused() throws Exception {
    try (MemoryFile file = MemoryFile.create("long")) {
      file.truncate(LargeData.MOST + 1);
      file.seal();
      assertRefused(ErrorCode.LIMIT_MESSAGE, file, TicketKind.MEMORY);
    }
  }

  @Test
  void aRightOfAnotherKindIsRefused() throws Exception {
    try (MemoryFile file = MemoryFile.sealedCopy("good", new byte[100])) {
      assertRefused(ErrorCode.RIGHT_REFUSED, file, TicketKind.FILE);
    }
  }

  @Test
  void aMarkWithoutItsRightIsRefused() {
    byte[] body = HexFormat.of().parseHex("ffffffff0000ffffffff0100ffffffff");
    try (Decoder in = new Decoder(peer).begin(body, 0, body.length, List.of())) {
      assertRefused(ErrorCode.DECODE, () -> in.readBytes("data"));
      assertRefused(ErrorCode.DECODE, () -> in.readSegment("data"));
      assertRefused(ErrorCode.DECODE, () -> in.readBytes("data"));
    }
  }
}
