// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.id.CallId;
import org.portunus.abi.id.EventId;
import org.portunus.abi.id.InstanceId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.identity.CodeFile;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.identity.CodeImage;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.abi.wire.Inheritance;
import org.portunus.abi.wire.KernelCounts;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.LaunchMode;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.MessagePlace;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.RightsClaim;
import org.portunus.abi.wire.RightsDeposit;
import org.portunus.abi.wire.StartOrder;
import org.portunus.abi.wire.TaskExit;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.TicketKind;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;

/**
 * What others store and what travels, as bytes that were made by another program from the drawings
 * in the sources. A change here is a change of the protocol.
 */
class GoldenVectorTest {
  private static final String IDENTITY =
      "9c9c93726c30234af3b4fb7a8dbb7e204c1b55932c0200af8a508bc2239bdf00";
  private static final String IMAGE =
      "50544e53494d4731030000000000000013000000436f6e74656e74732f496e666f2e706c69737401"
          + "008c00000000000000080000000000000014000000436f6e74656e74732f4a6176612fc3a92e6a61"
          + "7201079400000000000000040000000000000013000000436f6e74656e74732f4a6176612f612e6a"
          + "61720105980000000000000000000000000000003c706c6973742f3e504b0304";
  private static final String HELLO =
      "504f5254554e55530100020001000000000000800000010010000004000007000000";
  private static final String KERNEL_FRAME =
      "0d0001000200000008070605040302010300001003000000616263";
  private static final String CONNECTION_FRAME =
      "02030100443322110500000000000000feffffff0400000000ca9a3b00000000";
  private static final String LAUNCH_RECORD =
      "030000006a6f620d0000006f72672e6578616d706c652e78000102030405060708090a0b0c0d0e0f"
          + "101112131415161718191a1b1c1d1e1f200000000001000040000000580200008000000030750000"
          + "d00700000100080000006a6176612e786d6c01000d0000006f72672e6578616d706c652e73060000"
          + "00612e5358706306000000622e496d706c000404";
  private static final String OUTGOING =
      "ffffffffffffffff0301000013010302000015d1070000010003030000110400000064617461";
  private static final String INCOMING =
      "0301000001030200001235080000040000000100030300001002000000787900000000e8030000e8"
          + "030000e8030000e90300000000000003000000090000000c00000000000000000102030405060708"
          + "090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  private static final String TASK_EXIT =
      "0c00000000000000ffffffff09000000dc05000000000000c40900000000000000a0000000000000"
          + "0d0000006c696d69742e74696d653a2078";
  private static final String COUNTS =
      "01000000020000000300000004000000010000000c00000000000000070000007365727669636503"
          + "0000006a6f624d00000000fa00000600000007000000";

  private static final HexFormat HEX = HexFormat.of();
  private static final CodeIdentity CODE =
      CodeIdentity.ofBytes(
          HEX.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));

  /** Decodes; what it throws names the field. */
  private interface Decoding {
    Object from(byte[] bytes) throws MalformedFrameException;
  }

  private static void assertGolden(String hex, byte[] written, Decoding decoding, Object value)
      throws MalformedFrameException {
    assertThat(HEX.formatHex(written)).isEqualTo(hex);
    assertThat(decoding.from(written))
        .usingRecursiveComparison()
        .withEqualsForType(CodeIdentity::equals, CodeIdentity.class)
        .isEqualTo(value);
    for (int length = 0; length < written.length; length++) {
      byte[] cut = Arrays.copyOf(written, length);
      assertThatThrownBy(() -> decoding.from(cut))
          .as("cut to %d bytes", length)
          .isInstanceOf(MalformedFrameException.class)
          .hasMessageMatching("(?s).*[a-z].*");
    }
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] noise = written.clone();
      noise[random.nextInt(noise.length)] = (byte) random.nextInt();
      decodeOrRefuse(decoding, noise);
    }
  }

  private static void decodeOrRefuse(Decoding decoding, byte[] bytes) {
    try {
      assertThat(decoding.from(bytes)).isNotNull();
    } catch (MalformedFrameException typed) {
      assertThat(typed.getMessage()).isNotEmpty();
    }
  }

  private static void assertRefused(
      String hex, int at, int value, Decoding decoding, String field) {
    byte[] bytes = HEX.parseHex(hex);
    bytes[at] = (byte) value;
    assertThatThrownBy(() -> decoding.from(bytes))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageContaining(field);
  }

  private static List<CodeImage.Entry> files() {
    return List.of(
        entry("Contents/Info.plist", 0, "<plist/>"),
        entry("Contents/Java/\u00e9.jar", 7, "PK\u0003\u0004"),
        entry("Contents/Java/a.jar", 5, ""));
  }

  private static CodeImage.Entry entry(String path, int executable, String content) {
    return new CodeImage.Entry(
        path, executable, ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void codeIdentityAndImage() {
    byte[] image = CodeImage.write(files());
    assertThat(HEX.formatHex(image)).isEqualTo(IMAGE);
    CodeImage read = CodeImage.read(ByteBuffer.wrap(image));
    assertThat(read.identity()).hasToString(IDENTITY);
    assertThat(read.entries()).isEqualTo(files());
    List<CodeImage.Entry> reversed = files().reversed();
    assertThat(CodeImage.read(ByteBuffer.wrap(CodeImage.write(reversed))).identity())
        .as("the order of the image does not matter")
        .isEqualTo(read.identity());
    for (int length = 0; length < image.length; length++) {
      byte[] cut = Arrays.copyOf(image, length);
      assertThatIllegalArgumentException().isThrownBy(() -> CodeImage.read(ByteBuffer.wrap(cut)));
    }
    byte[] longer = Arrays.copyOf(image, image.length + 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CodeImage.read(ByteBuffer.wrap(longer)))
        .withMessageContaining("trailing");
  }

  @Test
  void aChangedByteOfAnImageIsRefusedOrAnotherIdentity() {
    byte[] image = CodeImage.write(files());
    for (int at = 0; at < image.length; at++) {
      byte[] changed = image.clone();
      changed[at] ^= 1;
      try {
        CodeIdentity identity = CodeImage.read(ByteBuffer.wrap(changed)).identity();
        assertThat(identity.toString()).as("byte %d", at).isNotEqualTo(IDENTITY);
      } catch (IllegalArgumentException refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void pathsOfBundles() {
    String decomposed = "e\u0301";
    for (String bad :
        List.of("", "/", "a/", "/a", "a//b", ".", "..", "a/../b", "a/.", "a\n", decomposed)) {
      assertThatIllegalArgumentException().isThrownBy(() -> CodeFile.checkPath(bad));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> CodeFile.checkPath("a".repeat(513)));
    CodeFile.checkPath("a".repeat(512));
    CodeFile.checkPath("a/..b/c");
  }

  @Test
  void ids() {
    InstanceId instance = InstanceId.parse("0123456789abcdeffedcba9876543210");
    assertThat(instance).isEqualTo(new InstanceId(0x0123456789abcdefL, 0xfedcba9876543210L));
    assertThat(instance).hasToString("0123456789abcdeffedcba9876543210");
    assertThat(new TaskId(-1, -1)).hasToString("task-4294967295-18446744073709551615");
    assertThat(TaskId.parse("task-1-2")).isEqualTo(new TaskId(1, 2));
    assertThat(CallId.parse("call-4294967295-0")).isEqualTo(new CallId(-1, 0));
    assertThat(EventId.parse("event-0-7")).hasToString("event-0-7");
    for (String bad :
        List.of("task-01-2", "task-1-2 ", "call-1-2", "task-4294967296-1", "task--1-2", "task-1")) {
      assertThatIllegalArgumentException().as(bad).isThrownBy(() -> TaskId.parse(bad));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> InstanceId.parse("0123"));
  }

  @Test
  void numbersAreNeverReused() throws IOException {
    List<String> listed;
    try (InputStream list = GoldenVectorTest.class.getResourceAsStream("numbers.txt")) {
      listed =
          new String(list.readAllBytes(), StandardCharsets.US_ASCII)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .toList();
    }
    List<String> declared =
        Stream.of(
                Arrays.stream(ErrorCode.values())
                    .map(c -> "error " + c.number() + " " + c.dotted()),
                Arrays.stream(KernelOperation.values())
                    .map(o -> "operation " + o.number() + " " + o),
                Arrays.stream(KernReturn.values()).map(r -> "result " + r.number() + " " + r))
            .flatMap(lines -> lines)
            .toList();
    assertThat(declared).as("nothing listed is gone or has changed").containsAll(listed);
    assertThat(listed).as("what is new is listed").containsAll(declared);
    assertThat(listed).doesNotHaveDuplicates();
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::dotted)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::number))
        .allMatch(number -> number >= 100 && number < 1000);
  }

  @Test
  void hello() throws MalformedFrameException {
    Hello hello = new Hello(1, 2, 0x8000000000000001L, 65536, 16, 1024, 7);
    WireWriter out = new WireWriter();
    hello.write(out);
    Decoding decoding = bytes -> Hello.read(new WireReader(bytes));
    assertGolden(HELLO, out.toBytes(), decoding, hello);
    assertRefused(HELLO, 0, 'Q', decoding, "magic");
    assertRefused(HELLO, 8, 0, decoding, "version range 0 to 2");
    assertRefused(HELLO, 8, 3, decoding, "version range 3 to 2");
    assertRefused(HELLO, 23, 0xff, decoding, "largest message");
    assertThat(hello.versionWith(new Hello(2, 9, 0, 2048, 1, 1, 0))).isEqualTo(2);
    assertThat(hello.versionWith(new Hello(3, 9, 0, 2048, 1, 1, 0))).isZero();
    assertThat(hello.agree(new Hello(2, 9, -1, 2048, 1, 5, 0), 2))
        .isEqualTo(new Hello(2, 2, 0x8000000000000001L, 2048, 1, 5, 0));
  }

  @Test
  void kernelFrame() throws MalformedFrameException {
    KernelFrame frame =
        new KernelFrame(
            13,
            KernelFrame.REPLY,
            2,
            0x0102030405060708L,
            KernReturn.SEND_INVALID_DEST.number(),
            "abc".getBytes(StandardCharsets.US_ASCII));
    Decoding decoding = bytes -> KernelFrame.read(bytes, 2);
    assertGolden(KERNEL_FRAME, frame.toBytes(), decoding, frame);
    assertRefused(KERNEL_FRAME, 2, 3, decoding, "kind is 3");
    assertRefused(KERNEL_FRAME, 4, 1, decoding, "1 descriptors declared, 2 arrived");
    assertRefused(KERNEL_FRAME, 4, 17, decoding, "descriptors");
    assertRefused(KERNEL_FRAME, 20, 2, decoding, "1 bytes too many");
    assertRefused(KERNEL_FRAME, 23, 0x80, decoding, "body");
  }

  @Test
  void connectionFrame() throws MalformedFrameException {
    ConnectionFrame frame =
        new ConnectionFrame(
            ConnectionFrame.Kind.REQUEST, 3, 1, 0x11223344, 5, -2, 4, 1_000_000_000);
    ByteBuffer out = ByteBuffer.allocate(ConnectionFrame.HEAD + 4);
    frame.write(out);
    Decoding decoding = bytes -> ConnectionFrame.read(ByteBuffer.wrap(bytes), 1);
    assertGolden(CONNECTION_FRAME + "00000000", out.array(), decoding, frame);
    String hex = CONNECTION_FRAME + "00000000";
    assertRefused(hex, 0, 0, decoding, "kind is 0");
    assertRefused(hex, 0, 11, decoding, "kind is 11");
    assertRefused(hex, 1, 8, decoding, "flags are 8");
    assertRefused(hex, 1, 4, decoding, "body of 4 bytes declared, 4 arrived");
    assertRefused(hex, 2, 2, decoding, "2 descriptors declared");
    assertRefused(hex, 20, 3, decoding, "body of 3 bytes declared, 4 arrived");
    assertRefused(hex, 31, 0x80, decoding, "deadline");
  }

  @Test
  void connectionFrameWithTickets() throws MalformedFrameException {
    ConnectionFrame frame =
        new ConnectionFrame(ConnectionFrame.Kind.REQUEST, 4, 2, 0x11223344, 5, 0, 1, 0);
    ByteBuffer out = ByteBuffer.allocate(ConnectionFrame.HEAD + 1 + 2 * Ticket.BYTES);
    frame.write(out);
    String hex =
        "0204020044332211050000000000000000000000010000000000000000000000" + "00".repeat(35);
    Decoding decoding = bytes -> ConnectionFrame.read(ByteBuffer.wrap(bytes), 0);
    assertGolden(hex, out.array(), decoding, frame);
    assertRefused(hex, 2, 0, decoding, "flags 4 with 0 rights");
    assertRefused(hex, 2, 17, decoding, "flags 4 with 17 rights");
    assertRefused(hex, 2, 1, decoding, "body of 1 bytes declared");
    assertRefused(hex, 20, 0, decoding, "body of 0 bytes declared");
    assertRefused(hex, 23, 0x80, decoding, "body of");
    assertThatThrownBy(() -> ConnectionFrame.read(ByteBuffer.wrap(HEX.parseHex(hex)), 2))
        .hasMessageContaining("0 descriptors declared, 2 arrived");
  }

  @Test
  void ticketsAtTheKernel() throws MalformedFrameException {
    MessagePlace place = new MessagePlace(7, ConnectionSide.SERVICE, 64);
    String where = "0700000000000000" + "01" + "4000000000000000";
    assertGolden(where, place.toBytes(), MessagePlace::read, place);
    assertRefused(where, 8, 2, MessagePlace::read, "side is 2");
    assertRefused(where, 16, 0x80, MessagePlace::read, "sequence is");

    Ticket port = new Ticket(TicketKind.PORT, 0x0102030405060708L, -2);
    Ticket file = new Ticket(TicketKind.FILE, 1, 2);
    String first = "03" + "0807060504030201" + "feffffffffffffff";
    String second = "01" + "0100000000000000" + "0200000000000000";
    RightsDeposit deposit =
        new RightsDeposit(
            place,
            List.of(
                new RightsDeposit.Slot(
                    port, Optional.of(new PortDescriptor(0x103, Disposition.COPY_SEND))),
                new RightsDeposit.Slot(file, Optional.empty())));
    Decoding decoding = bytes -> RightsDeposit.read(bytes, 1);
    String deposited = where + "02" + first + "03010000" + "13" + second;
    assertGolden(deposited, deposit.toBytes(), decoding, deposit);
    assertRefused(deposited, 17, 0, decoding, "0 tickets");
    assertRefused(deposited, 17, 17, decoding, "17 tickets");
    assertRefused(deposited, 18, 4, decoding, "kind of ticket is 4");
    assertRefused(deposited, 39, 22, decoding, "disposition is 22");
    assertThatThrownBy(() -> RightsDeposit.read(deposit.toBytes(), 2))
        .hasMessageContaining("1 files, 2 descriptors");

    RightsClaim claim = new RightsClaim(place, List.of(port, file));
    String claimed = where + "02" + first + second;
    assertGolden(claimed, claim.toBytes(), RightsClaim::read, claim);
    assertRefused(claimed, 17, 1, RightsClaim::read, "17 bytes too many");
    assertThat(port.difference(port)).isZero();
    assertThat(port.difference(new Ticket(TicketKind.FILE, port.high(), port.low()))).isNotZero();
    assertThat(port.difference(new Ticket(TicketKind.PORT, port.high(), -1))).isNotZero();
    assertThat(port.difference(new Ticket(TicketKind.PORT, 0, port.low()))).isNotZero();
  }

  @Test
  void description() throws MalformedFrameException {
    ConnectionFrame frame =
        new ConnectionFrame(ConnectionFrame.Kind.DESCRIPTION, 0, 0, 0, 0, 0, 0, 0);
    ByteBuffer out = ByteBuffer.allocate(ConnectionFrame.HEAD);
    frame.write(out);
    assertGolden(
        "09" + "00".repeat(31),
        out.array(),
        bytes -> ConnectionFrame.read(ByteBuffer.wrap(bytes), 0),
        frame);
  }

  @Test
  void noticeOfTermination() throws MalformedFrameException {
    ConnectionFrame frame =
        new ConnectionFrame(ConnectionFrame.Kind.TERMINATION, 0, 0, 0, 0, 0, 0, 0);
    ByteBuffer out = ByteBuffer.allocate(ConnectionFrame.HEAD);
    frame.write(out);
    assertGolden(
        "08" + "00".repeat(31),
        out.array(),
        bytes -> ConnectionFrame.read(ByteBuffer.wrap(bytes), 0),
        frame);
  }

  @Test
  void launchRecord() throws MalformedFrameException {
    LaunchRecord record =
        new LaunchRecord(
            "job",
            "org.example.x",
            CODE,
            new LaunchRecord.Limits(32, 256, 64, 600, 128, 30000, 2000),
            List.of("java.xml"),
            List.of(new LaunchRecord.OfferedService("org.example.s", "a.SXpc", "b.Impl")));
    assertGolden(LAUNCH_RECORD, record.toBytes(), LaunchRecord::read, record);
    int limits = 4 + 3 + 4 + 13 + 32;
    String[] fields = {"heap", "memory", "processes", "cpu", "descriptors", "idle", "grace"};
    for (int i = 0; i < fields.length; i++) {
      assertRefused(LAUNCH_RECORD, limits + 4 * i + 3, 0x80, LaunchRecord::read, fields[i]);
    }
    assertRefused(LAUNCH_RECORD, 3, 0x7f, LaunchRecord::read, "label");
    assertRefused(LAUNCH_RECORD, 4, 0xff, LaunchRecord::read, "label is not UTF-8");
    assertRefused(LAUNCH_RECORD, limits + 29, 0xff, LaunchRecord::read, "modules");
    LaunchRecord development =
        new LaunchRecord(
            record.label(),
            record.identifier(),
            record.code(),
            record.limits(),
            record.modules(),
            record.services(),
            LaunchMode.DEVELOPMENT);
    int mode = LAUNCH_RECORD.length() / 2 - 3;
    String other = LAUNCH_RECORD.substring(0, 2 * mode) + "010404";
    assertGolden(other, development.toBytes(), LaunchRecord::read, development);
    assertRefused(LAUNCH_RECORD, mode, 2, LaunchRecord::read, "mode is 2");
    assertRefused(LAUNCH_RECORD, mode + 1, 5, LaunchRecord::read, "QoS is USER_INITIATED under");
    assertRefused(LAUNCH_RECORD, mode + 2, 7, LaunchRecord::read, "QoS ceiling is 7");
    launchRecordWithFiles(record);
    StartOrder order = new StartOrder(0x103, List.of(0x203), record);
    String start = "03010000" + "0100" + "03020000" + LAUNCH_RECORD;
    assertGolden(start, order.toBytes(), StartOrder::read, order);
    assertRefused(start, 4, 2, StartOrder::read, "label");
    assertRefused(start, 5, 0xff, StartOrder::read, "receive rights");
  }

  private static void launchRecordWithFiles(LaunchRecord plain) throws MalformedFrameException {
    LaunchRecord record =
        new LaunchRecord(
            plain.label(),
            plain.identifier(),
            plain.code(),
            plain.limits(),
            plain.modules(),
            plain.services(),
            List.of("native/liba.so"));
    String bytes = LAUNCH_RECORD + "0100" + "0e000000" + "6e61746976652f6c6962612e736f";
    assertThat(HEX.formatHex(record.toBytes())).isEqualTo(bytes);
    assertThat(LaunchRecord.read(record.toBytes())).isEqualTo(record);
    int files = LAUNCH_RECORD.length() / 2;
    assertRefused(bytes, files, 14, LaunchRecord::read, "files");
    assertRefused(bytes, files, 0, LaunchRecord::read, "files");
    assertRefused(bytes, files + 16, '/', LaunchRecord::read, "file");
  }

  @Test
  void messages() throws MalformedFrameException {
    OutgoingMessage outgoing =
        new OutgoingMessage(
            OutgoingMessage.FOR_EVER,
            new PortDescriptor(0x103, Disposition.COPY_SEND),
            Optional.of(new PortDescriptor(0x203, Disposition.MAKE_SEND_ONCE)),
            2001,
            List.of(new PortDescriptor(0x303, Disposition.MOVE_SEND)),
            "data".getBytes(StandardCharsets.US_ASCII));
    assertGolden(OUTGOING, outgoing.toBytes(), OutgoingMessage::read, outgoing);
    assertRefused(OUTGOING, 12, 22, OutgoingMessage::read, "destination's disposition is 22");
    assertRefused(OUTGOING, 18, 0, OutgoingMessage::read, "reply's disposition is 0");
    assertRefused(OUTGOING, 24, 2, OutgoingMessage::read, "port descriptors");
    AuditToken sender = new AuditToken(0, 1000, 1000, 1000, 1001, 0, 3, 9, 12, CODE);
    IncomingMessage incoming =
        new IncomingMessage(
            0x103,
            Optional.of(new PortDescriptor(0x203, Disposition.MOVE_SEND_ONCE)),
            2101,
            4,
            List.of(new PortDescriptor(0x303, Disposition.MOVE_RECEIVE)),
            "xy".getBytes(StandardCharsets.US_ASCII),
            sender);
    assertGolden(INCOMING, incoming.toBytes(), IncomingMessage::read, incoming);
    assertRefused(INCOMING, 9, 99, IncomingMessage::read, "reply kind is 99");
  }

  @Test
  void taskExit() throws MalformedFrameException {
    TaskExit exit = new TaskExit(12, -1, 9, 1500, 2500, 40960, "limit.time: x");
    assertGolden(TASK_EXIT, exit.toBytes(), TaskExit::read, exit);
    assertRefused(TASK_EXIT, 43, 0x7f, TaskExit::read, "reason");
    TaskExit recorded = exit.recorded(new EventId(7, 42));
    String event = TASK_EXIT + "01" + "07000000" + "2a00000000000000";
    assertThat(HEX.formatHex(recorded.toBytes())).isEqualTo(event);
    assertThat(TaskExit.read(HEX.parseHex(event))).isEqualTo(recorded);
    byte[] cut = Arrays.copyOf(recorded.toBytes(), event.length() / 2 - 1);
    assertThatThrownBy(() -> TaskExit.read(cut)).isInstanceOf(MalformedFrameException.class);
    assertRefused(event, TASK_EXIT.length() / 2, 2, TaskExit::read, "event is 2");
    for (String text :
        List.of("x".repeat(5000), "\u20ac".repeat(5000), "\ud83d\ude00".repeat(900))) {
      TaskExit wordy = new TaskExit(12, -1, 9, 0, 0, 0, text);
      String read = TaskExit.read(wordy.toBytes()).reason();
      assertThat(text).startsWith(read);
      assertThat(read.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1, TaskExit.MAX_REASON);
    }
  }

  @Test
  void inheritance() throws MalformedFrameException {
    TaskExit exit = new TaskExit(12, -1, 9, 1500, 2500, 40960, "limit.time: x");
    LaunchRecord record = LaunchRecord.read(HEX.parseHex(LAUNCH_RECORD));
    Decoding decoding = bytes -> Inheritance.read(new WireReader(bytes));
    String task = "0c00000000000000";
    Inheritance runs = new Inheritance(12, Inheritance.State.RUNNING, record, Optional.empty());
    String running = task + "01" + "00000000" + LAUNCH_RECORD;
    assertGolden(running, runs.toBytes(), decoding, runs);
    assertRefused(running, 8, 4, decoding, "state is 4");
    assertRefused(running, 8, 3, decoding, "has state ENDED");
    assertRefused(running, 12, 0x7f, decoding, "exit");
    Inheritance ended = new Inheritance(12, Inheritance.State.ENDED, record, Optional.of(exit));
    String end = task + "03" + "39000000" + TASK_EXIT + LAUNCH_RECORD;
    assertGolden(end, ended.toBytes(), decoding, ended);
    assertRefused(end, 8, 2, decoding, "has state EXITING");
    assertRefused(end, 0, 13, decoding, "the end of task 12");
    assertThat(
            new int[] {
              HostMessage.KEEP,
              HostMessage.CLAIM,
              HostMessage.INHERIT,
              HostMessage.INHERITED,
              HostMessage.EXIT_SEEN
            })
        .containsExactly(3008, 3009, 3010, 3011, 3012);
  }

  @Test
  void kernelCounts() throws MalformedFrameException {
    KernelCounts counts =
        new KernelCounts(
            1,
            2,
            3,
            4,
            List.of(new KernelCounts.TaskCounts(12, "service", "job", 77, 64000, 6, 7)));
    Decoding decoding = bytes -> KernelCounts.read(new WireReader(bytes));
    assertGolden(COUNTS, counts.toBytes(), decoding, counts);
    assertRefused(COUNTS, 19, 0x7f, decoding, "tasks");
  }
}
