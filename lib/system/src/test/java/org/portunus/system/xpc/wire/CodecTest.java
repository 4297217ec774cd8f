// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;
import org.portunus.system.xpc.FileRight;

/** The bytes of docs/protocol/values.md, and what a decoder refuses. */
final class CodecTest {
  private static final int LIMIT = 4096;

  private final NoPeer peer = new NoPeer();

  private static Decoder decoder(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return new Decoder(new NoPeer()).begin(bytes, 0, bytes.length, List.of());
  }

  private static String hex(Encoder encoder) {
    return HexFormat.of().formatHex(encoder.toBytes());
  }

  @Test
  void goldenBytes() {
    try (Encoder out = new Encoder(peer, LIMIT)) {
      out.putBoolean(true);
      out.putByte((byte) -2);
      out.putShort((short) 0x1234);
      out.putInt(0x12345678);
      out.putLong(0x123456789ABCDEF0L);
      out.putFloat(1.0f);
      out.putDouble(-2.0);
      out.putNumber(0xFFFE);
      out.putString("aé€😀");
      out.putBytes(new byte[] {1, 2});
      out.putInstant(Instant.ofEpochSecond(-1, 5));
      out.putUuid(new UUID(1, 2));
      int record = out.beginRecord();
      out.putByte((byte) 7);
      out.endRecord(record);
      int list = out.beginList();
      out.endList(list, 0);
      assertThat(hex(out))
          .isEqualTo(
              ("01 fe 3412 78563412 f0debc9a78563412 0000803f 00000000000000c0 feff"
                      + "0a000000 61 c3a9 e282ac f09f9880 02000000 0102"
                      + "ffffffffffffffff 05000000 0100000000000000 0200000000000000"
                      + "01000000 07 00000000")
                  .replace(" ", ""));
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal("02", in -> in.readBoolean("flag"), "flag: a boolean is 0 or 1, not 2"),
        refusal("", in -> in.readByte("b"), "b: 1 bytes are needed, 0 are left"),
        refusal("010203", in -> in.readInt("i"), "i: 4 bytes are needed, 3 are left"),
        refusal("0300", in -> in.readNumber("kind", 3), "kind: number 3 is unknown"),
        refusal("05000000 61", in -> in.readString("s"), "s: 5 declared, 1 bytes are left"),
        refusal("ffffffff 61", in -> in.readString("s"), "s: 4294967295 declared"),
        refusal("02000000 c080", in -> in.readString("s"), "s: the string is not UTF-8"),
        refusal("01000000 ff", in -> in.readString("s"), "s: the string is not UTF-8"),
        refusal("03000000 eda080", in -> in.readString("s"), "s: the string is not UTF-8"),
        refusal("04000000 f4908080", in -> in.readString("s"), "s: the string is not UTF-8"),
        refusal("02000000 e282", in -> in.readString("s"), "s: the string is not UTF-8"),
        refusal("ffffff7f", in -> in.readBytes("b"), "b: 2147483647 declared"),
        refusal(
            "0000000000000000 00ca9a3b", in -> in.readInstant("at"), "at: no such instant: 0 s"),
        refusal(
            "0000000000000000 ffffffff", in -> in.readInstant("at"), "at: no such instant: 0 s"),
        refusal(
            "ffffffffffffff7f 00000000", in -> in.readInstant("at"), "at: no such instant: 92233"),
        refusal("03000000 0000", in -> in.beginRecord("r"), "r: 3 declared, 2 bytes are left"),
        refusal("02000000 0102", in -> in.endRecord(in.beginRecord("r")), "r: 2 bytes too many in"),
        refusal(
            "01000000 0102",
            in -> {
              in.beginRecord("r");
              in.readShort("s");
            },
            "r.s: 2 bytes are needed, 1 are left"),
        refusal(
            "03000000 0000000000000000",
            in -> in.beginList("l", 4),
            "l: 3 declared, 8 bytes are left"),
        refusal("0000", in -> in.readFileRight("file"), "file: descriptor 0 of 0"),
        refusal("00", in -> {}, "message: 1 bytes too many"));
  }

  private static Arguments refusal(String hex, Consumer<Decoder> read, String message) {
    return Arguments.of(hex, read, message);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(String hex, Consumer<Decoder> read, String message) {
    try (Decoder in = decoder(hex)) {
      assertThatThrownBy(
              () -> {
                read.accept(in);
                in.end();
              })
          .isInstanceOfSatisfying(
              PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DECODE))
          .hasMessageContaining(message);
      assertThat(in.isEnded()).isFalse();
    }
  }

  @Test
  void pathsNameEveryStep() {
    try (Decoder in = decoder("0e000000 01000000 06000000 01000000 ffff")) {
      in.beginRecord("options");
      in.beginList("pages", 4);
      in.element(0);
      in.beginRecord("");
      in.beginList("words", 2);
      in.element(0);
      assertThatThrownBy(() -> in.readNumber("", 9))
          .hasMessageContaining("options.pages[0].words[0]: number 65535 is unknown");
    }
  }

  @Test
  void depthIsLimitedAtBothEnds() {
    try (Encoder out = new Encoder(peer, LIMIT)) {
      for (int i = 0; i < Encoder.MAX_DEPTH; i++) {
        out.beginList();
      }
      assertThatThrownBy(out::beginRecord)
          .isInstanceOfSatisfying(
              PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_DEPTH));
    }
    try (Decoder in = decoder("00000000".repeat(40))) {
      for (int i = 0; i < Encoder.MAX_DEPTH; i++) {
        in.beginList("l", 1);
      }
      assertThatThrownBy(() -> in.beginList("l", 1)).hasMessageContaining("nested more than 32");
    }
  }

  @Test
  void theBodyIsLimitedToTheByte() {
    try (Encoder out = new Encoder(peer, 1000)) {
      out.putBytes(new byte[996]);
      assertThat(out.length()).isEqualTo(1000);
      assertThatThrownBy(() -> out.putByte((byte) 0))
          .isInstanceOfSatisfying(
              PortunusException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_MESSAGE));
    }
  }

  @Test
  void surrogatesWithoutTheirPairDoNotLeave() {
    for (String bad : List.of("\uD800", "a\uDC00", "\uDC00\uD800", "\uD800a")) {
      try (Encoder out = new Encoder(peer, LIMIT)) {
        assertThatThrownBy(() -> out.putString(bad))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("surrogate");
      }
    }
  }

  @Test
  void theReplacementCharacterItselfIsLegal() {
    String text = "\uFFFD ä";
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    try (Encoder out = new Encoder(peer, LIMIT)) {
      out.putString(text);
      assertThat(Arrays.copyOfRange(out.toBytes(), 4, out.length())).isEqualTo(utf8);
      try (Decoder in = new Decoder(peer).begin(out.toBytes(), 0, out.length(), List.of())) {
        assertThat(in.readString("s")).isEqualTo(text);
      }
    }
  }

  @Test
  void closingGivesBothBackEmpty() {
    List<Object> back = new ArrayList<>();
    Encoder out = new Encoder(peer, 1 << 20, Encoder.LongData.COPIED, back::add);
    out.putBytes(new byte[500_000]);
    out.close();
    assertThat(out.length()).isZero();
    assertThat(out.capacity()).isLessThan(500_000);
    Decoder in = new Decoder(peer, back::add);
    in.begin(new byte[8], 0, 8, List.of()).close();
    assertThatThrownBy(() -> in.readByte("b")).isInstanceOf(PortunusException.class);
    assertThat(back).containsExactly(out, in);
  }

  /** Records in a list, with short and long data in each. */
  private void putLongData(Encoder out, byte[] data) {
    int list = out.beginList();
    for (int i = 0; i < 5; i++) {
      int record = out.beginRecord();
      out.putInt(i);
      out.putBytes(i % 2 == 0 ? data : new byte[] {7});
      out.putSegment(MemorySegment.ofArray(data).asSlice(i, data.length - i));
      out.putString("after");
      out.endRecord(record);
    }
    out.endList(list, 5);
  }

  @Test
  void longDataIsTheSameLentAndCopied() {
    byte[] data = new byte[9000];
    new Random(5).nextBytes(data);
    try (Encoder copied = new Encoder(peer, 1 << 20);
        Encoder lent = new Encoder(peer, 1 << 20, Encoder.LongData.LENT, _ -> {})) {
      for (int round = 0; round < 2; round++) {
        putLongData(copied, data);
        putLongData(lent, data);
        byte[] expected = copied.toBytes();
        assertThat(lent.toBytes()).isEqualTo(expected);
        assertThat(lent.capacity()).isLessThan(data.length);
        for (int step : new int[] {1, 3000, 8999, 20_000}) {
          byte[] parts = new byte[expected.length];
          for (int at = 0; at < parts.length; at += step) {
            lent.copy(at, parts, at, Math.min(step, parts.length - at));
          }
          assertThat(parts).isEqualTo(expected);
        }
        copied.clear();
        lent.clear();
        assertThat(lent.length()).isZero();
      }
    }
  }

  @Test
  void longDataCountsForTheLimit() {
    try (Encoder out = new Encoder(peer, 10_000, Encoder.LongData.LENT, _ -> {})) {
      out.putBytes(new byte[6000]);
      assertThatThrownBy(() -> out.putBytes(new byte[6000]))
          .isInstanceOf(PortunusException.class)
          .hasMessageContaining("10000");
      out.clear();
      out.putBytes(new byte[9996]);
      assertThatThrownBy(() -> out.putByte((byte) 0)).isInstanceOf(PortunusException.class);
    }
  }

  @Test
  void aSegmentThatIsNotThereIsRefusedBeforeItIsMade() {
    byte[] bytes = new byte[10];
    for (int declared : new int[] {7, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(declared);
      try (Decoder in = new Decoder(peer).begin(bytes, 0, bytes.length, List.of())) {
        assertThatThrownBy(() -> in.readSegment("memory"))
            .isInstanceOf(PortunusException.class)
            .hasMessageContaining("memory");
      }
    }
  }

  @Test
  void rangesAreChecked() {
    try (Decoder in = new Decoder(peer)) {
      assertThatThrownBy(() -> in.begin(new byte[4], 2, 3, List.of()))
          .isInstanceOf(IllegalArgumentException.class);
      byte[] bytes = {9, 1, 9};
      in.begin(bytes, 1, 1, List.of());
      assertThat(in.readBoolean("b")).isTrue();
      in.end();
    }
  }

  @Test
  void descriptorsAreUsedOnceAndInOrderOrClosed(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("f"), "x");
    assertThat(rights(file, 2, "0000 0100", 2)).hasSize(2).allMatch(Descriptor::isOpen);
    for (String indexes : List.of("0100 0000", "0000 0000", "0000 0200", "0000 ffff")) {
      assertThatThrownBy(() -> rights(file, 2, indexes, 2)).hasMessageContaining("descriptor ");
    }
    assertThatThrownBy(() -> rights(file, 2, "0000", 1)).hasMessageContaining("1 descriptors too");
  }

  /** Reads rights from a message of as many descriptors; all are closed when that fails. */
  private List<Descriptor> rights(Path file, int count, String indexes, int reads)
      throws IOException {
    List<Descriptor> descriptors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      descriptors.add(Descriptor.open(file, OpenFlag.READ_ONLY, 0));
    }
    byte[] bytes = HexFormat.of().parseHex(indexes.replace(" ", ""));
    List<FileRight> read = new ArrayList<>();
    try (Decoder in = new Decoder(peer).begin(bytes, 0, bytes.length, descriptors)) {
      for (int i = 0; i < reads; i++) {
        read.add(in.readFileRight("right" + i));
      }
      in.endResult();
    } catch (PortunusException refused) {
      assertThat(descriptors).noneMatch(Descriptor::isOpen);
      throw refused;
    }
    assertThat(read).noneMatch(FileRight::isClosed);
    return descriptors;
  }

  @Test
  void whatIsNoFileRightIsRefusedWithItsPath() throws IOException {
    try (Pipe pipe = Pipe.create()) {
      Descriptor end = pipe.reader().duplicate();
      try (Decoder in = new Decoder(peer).begin(new byte[2], 0, 2, List.of(end))) {
        assertThatThrownBy(() -> in.readFileRight("document"))
            .isInstanceOfSatisfying(
                PortunusException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.RIGHT_REFUSED))
            .hasMessageContaining("document: ");
      }
      assertThat(end.isOpen()).isFalse();
    }
  }

  @Test
  void rightsStayOpenWhileTheirMessageIsSent(@TempDir Path folder) throws IOException {
    FileRight right = FileRight.open(Files.writeString(folder.resolve("f"), "x"));
    try (Encoder out = new Encoder(peer, LIMIT)) {
      out.putFileRight(right);
      Descriptor descriptor = right.held().hold();
      right.held().unhold();
      right.close();
      assertThat(descriptor.isOpen()).isTrue();
      assertThat(out.descriptorCount()).isEqualTo(1);
      assertThat(out.descriptors()[0]).isEqualTo(descriptor.raw());
      out.clear();
      assertThat(descriptor.isOpen()).isFalse();
    }
  }

  @Test
  void givenRightsAreClosedWithTheMessage(@TempDir Path folder) throws IOException {
    FileRight right = FileRight.open(Files.writeString(folder.resolve("f"), "x"));
    try (Encoder out = new Encoder(peer, LIMIT)) {
      out.giveRights();
      out.putFileRight(right);
      assertThat(right.isClosed()).isFalse();
    }
    assertThat(right.isClosed()).isTrue();
  }

  @Test
  void aMessageHasAtMostSixteenRights(@TempDir Path folder) throws IOException {
    try (FileRight right = FileRight.open(Files.writeString(folder.resolve("f"), "x"));
        Encoder out = new Encoder(peer, LIMIT)) {
      for (int i = 0; i < 16; i++) {
        out.putFileRight(right);
      }
      assertThatThrownBy(() -> out.putFileRight(right))
          .isInstanceOfSatisfying(
              PortunusException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_DESCRIPTORS));
    }
  }
}
