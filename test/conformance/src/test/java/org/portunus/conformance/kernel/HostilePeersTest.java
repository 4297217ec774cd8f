// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.BootstrapMessage;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.OutgoingMessage;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.KernelSocket;

/**
 * Programs that do what they want with the kernel socket of a running instance. After each, a
 * steady client has had its answers and the kernel holds what it held before.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostilePeersTest {
  private static final long SEED = Long.getLong("portunus.seed", 20_260_101L);
  private static final int MUTATIONS = 2_000;

  private RunningInstance instance;

  @BeforeAll
  void start(@TempDir Path empty) throws IOException {
    instance = RunningInstance.start(empty);
  }

  @AfterAll
  void end() throws IOException {
    instance.close();
  }

  @AfterEach
  void everybodyElseIsUnaffected(TestInfo test) {
    instance.assertBackAtRest(test.getDisplayName());
  }

  private RawTask greeted() throws LinuxException, MalformedFrameException {
    return RawTask.greeted(instance.socket());
  }

  private void endsOnly(byte[] bytes, Descriptor... files) throws Exception {
    try (RawTask hostile = greeted()) {
      assertThat(hostile.raw(bytes, files)).isEqualTo(bytes.length);
      hostile.awaitEnd();
    }
    assertThat(instance.roundTrip().tasks()).isNotEmpty();
  }

  private static byte[] type(int name) {
    byte[] body = new WireWriter().i32(name).toBytes();
    return new KernelFrame(KernelOperation.PORT_TYPE.number(), 0, 0, 7, 0, body).toBytes();
  }

  @Test
  void malformedFrames() throws Exception {
    byte[] good = type(0);
    List<byte[]> bad = new ArrayList<>();
    bad.add(new byte[1]);
    bad.add(Arrays.copyOf(good, KernelFrame.HEAD - 1));
    bad.add(Arrays.copyOf(good, good.length - 1));
    bad.add(Arrays.copyOf(good, good.length + 1));
    bad.add(new byte[KernelFrame.HEAD + KernelFrame.MAX_BODY + 2]);
    int[][] changes = {
      {0, 0}, {0, 99}, {1, 255}, {2, 1}, {2, 2}, {2, 3}, {4, 1}, {4, 17}, {7, 255}, {20, 3},
      {20, 5}, {22, 1}, {23, 127}, {23, 255}
    };
    for (int[] change : changes) {
      byte[] bytes = good.clone();
      bytes[change[0]] = (byte) change[1];
      bad.add(bytes);
    }
    for (byte[] bytes : bad) {
      endsOnly(bytes);
    }
  }

  @Test
  void operationsThatAreNotATasksOwn() throws Exception {
    List<KernelOperation> wrong =
        List.of(
            KernelOperation.HELLO,
            KernelOperation.MESSAGE_AVAILABLE,
            KernelOperation.CALL_CANCEL,
            KernelOperation.TASK_START,
            KernelOperation.TASK_READY,
            KernelOperation.TASK_IDLE);
    for (KernelOperation operation : wrong) {
      byte[] body = operation == KernelOperation.HELLO ? RawTask.hello(1, 1, 0) : new byte[0];
      endsOnly(new KernelFrame(operation.number(), 0, 0, 7, 0, body).toBytes());
    }
  }

  @Test
  void nothingButHelloComesFirst() throws Exception {
    for (KernelOperation operation : KernelOperation.values()) {
      if (operation != KernelOperation.HELLO) {
        try (RawTask hostile = RawTask.enter(instance.socket())) {
          hostile.raw(hostile.request(operation, new byte[8]));
          hostile.awaitEnd();
        }
      }
    }
  }

  @Test
  void badHellos() throws Exception {
    byte[] good = RawTask.hello(1, 1, 0);
    List<byte[]> bad = new ArrayList<>();
    bad.add(new byte[0]);
    bad.add(Arrays.copyOf(good, good.length - 1));
    bad.add(Arrays.copyOf(good, good.length + 1));
    bad.add(RawTask.hello(0, 1, 0));
    bad.add(RawTask.hello(2, 1, 0));
    byte[] magic = good.clone();
    magic[0] = 'Q';
    bad.add(magic);
    for (byte[] body : bad) {
      try (RawTask hostile = RawTask.enter(instance.socket())) {
        hostile.raw(hostile.request(KernelOperation.HELLO, body));
        hostile.awaitEnd();
      }
    }
  }

  @Test
  void noCommonVersionIsATypedErrorWithBothRanges() throws Exception {
    try (RawTask future = RawTask.enter(instance.socket())) {
      KernelFrame reply = future.ask(KernelOperation.HELLO, RawTask.hello(2, 900, 0)).orElseThrow();
      assertThat(ErrorCode.of(reply.result())).contains(ErrorCode.VERSION);
      assertThat(new WireReader(reply.body()).string("detail", 4096)).contains("1", "2", "900");
      KernelFrame second =
          future.ask(KernelOperation.HELLO, RawTask.hello(1, 900, 0)).orElseThrow();
      assertThat(second.result()).isZero();
    }
  }

  @Test
  void unknownFeatureBitsAreIgnoredAndKnownOnesAgreed() throws Exception {
    long known = Hello.OF_KERNEL_SOCKETS;
    assertThat(featuresFor(~known)).isZero();
    assertThat(featuresFor(-1L)).isEqualTo(featuresFor(known));
    assertThat(featuresFor(-1L) & Hello.PEER_REQUIREMENTS).isEqualTo(Hello.PEER_REQUIREMENTS);
  }

  /** What the kernel agrees to with a task that says that it has these. */
  private long featuresFor(long features) throws Exception {
    try (RawTask future = RawTask.enter(instance.socket())) {
      KernelFrame reply =
          future.ask(KernelOperation.HELLO, RawTask.hello(1, 1, features)).orElseThrow();
      assertThat(reply.result()).isZero();
      Hello agreed = Hello.read(new WireReader(reply.body()));
      assertThat(agreed.highest()).isEqualTo(1);
      return agreed.features();
    }
  }

  @Test
  void descriptorsThatNobodyAskedFor() throws Exception {
    try (Pipe pipe = Pipe.create();
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(listener.isBound()).isTrue();
      byte[] one = type(0);
      one[4] = 1;
      endsOnly(one, pipe.reader());
      endsOnly(type(0), pipe.reader());
      byte[] sixteen = type(0);
      sixteen[4] = 16;
      Descriptor[] files = new Descriptor[16];
      Arrays.fill(files, pipe.writer());
      endsOnly(sixteen, files);
      byte[] fifteen = type(0);
      fifteen[4] = 15;
      endsOnly(fifteen, files);
    }
  }

  /** A socket whose queue holds a socket whose queue holds a socket: closed off the loop. */
  @Test
  void nestedSocketsInFlight() throws Exception {
    try (UnixSocket.Pair outer = UnixSocket.pair();
        UnixSocket.Pair inner = UnixSocket.pair()) {
      byte[] one = type(0);
      one[4] = 1;
      try (RawTask hostile = greeted()) {
        hostile.raw(one, outer.first());
        hostile.raw(one, inner.first());
        hostile.raw(one, outer.second());
        hostile.awaitEnd();
      }
    }
  }

  @Test
  void forgedIdsAndConnectionsOfOthers() throws Exception {
    try (RawTask hostile = greeted()) {
      PortDescriptor to = new PortDescriptor(hostile.bootstrap(), Disposition.COPY_SEND);
      for (int id : new int[] {64, 65, 66, 69, 70, 71, 72, 79, 3050, 3060, 3099}) {
        OutgoingMessage forged =
            new OutgoingMessage(0, to, Optional.empty(), id, List.of(), new byte[0]);
        KernelFrame reply =
            hostile.ask(KernelOperation.MESSAGE_SEND, forged.toBytes()).orElseThrow();
        assertThat(KernReturn.of(reply.result())).contains(KernReturn.SEND_INVALID_HEADER);
      }
      int before = instance.roundTrip().connections();
      for (long connection = 0; connection < 50; connection++) {
        byte[] number = new WireWriter().i64(connection).toBytes();
        byte[] call = new WireWriter().i64(connection).i64(1).toBytes();
        assertThat(hostile.ask(KernelOperation.CONNECTION_CLOSED, number)).isPresent();
        assertThat(hostile.ask(KernelOperation.CALL_OVERDUE, call)).isPresent();
        assertThat(hostile.ask(KernelOperation.CALL_FINISHED, call)).isPresent();
      }
      assertThat(instance.roundTrip().connections()).isEqualTo(before);
    }
  }

  @Test
  void notReadingEndsOnlyWhoDoesNotRead() throws Exception {
    try (RawTask deaf = greeted()) {
      int result = 1;
      for (long i = 0; i < 5_000_000 && !Errno.EPIPE.is(result); i++) {
        result = deaf.rawUnlessFull(type(0));
        if (i % 20_000 == 0) {
          instance.roundTrip();
        }
      }
      assertThat(Errno.EPIPE.is(result)).isTrue();
    }
  }

  @Test
  void connectFlood() throws Exception {
    try (RawTask hostile = greeted()) {
      byte[] port = hostile.ask(KernelOperation.PORT_ALLOCATE, new byte[] {1}).orElseThrow().body();
      byte[] insert = new WireWriter().fixed(port).fixed(port).u8(20).toBytes();
      hostile.ask(KernelOperation.PORT_INSERT_RIGHT, insert);
      hostile.ask(
          KernelOperation.PORT_SET_QUEUE_LIMIT, new WireWriter().fixed(port).i32(1024).toBytes());
      int result = 0;
      int connections = 0;
      while (result == 0 && connections < 5000) {
        result = hostile.ask(KernelOperation.CONNECT, port).orElseThrow().result();
        connections++;
      }
      assertThat(ErrorCode.of(result)).contains(ErrorCode.LIMIT_CONNECTIONS);
      assertThat(connections).isLessThan(100);
      instance.roundTrip();
    }
    try (RawTask hostile = greeted()) {
      byte[] bootstrap = new WireWriter().i32(hostile.bootstrap()).toBytes();
      for (int i = 0; i < 500; i++) {
        int result = hostile.ask(KernelOperation.CONNECT, bootstrap).orElseThrow().result();
        assertThat(result)
            .isIn(0, ErrorCode.LIMIT_QUEUE.number(), ErrorCode.LIMIT_CONNECTIONS.number());
      }
    }
  }

  @Test
  void lookUpFloodWithoutReadingTheAnswers() throws Exception {
    try (RawTask hostile = greeted()) {
      int port =
          new WireReader(
                  hostile.ask(KernelOperation.PORT_ALLOCATE, new byte[] {1}).orElseThrow().body())
              .i32("name");
      byte[] data = new WireWriter().string("org.portunus.launchd.control").toBytes();
      for (int i = 0; i < 6_000; i++) {
        OutgoingMessage question =
            new OutgoingMessage(
                20_000_000_000L,
                new PortDescriptor(hostile.bootstrap(), Disposition.COPY_SEND),
                Optional.of(new PortDescriptor(port, Disposition.MAKE_SEND_ONCE)),
                BootstrapMessage.LOOK_UP,
                List.of(),
                data);
        assertThat(hostile.ask(KernelOperation.MESSAGE_SEND, question.toBytes())).isPresent();
      }
      try (KernelSocket innocent = KernelSocket.connect(instance.socket())) {
        var bootstrap = new Bootstrap(innocent);
        assertThat(bootstrap.lookUp("org.portunus.launchd.control").isValid()).isTrue();
      }
    }
  }

  @Test
  void everyNameAndManySendOnceRights() throws Exception {
    try (RawTask hostile = greeted()) {
      byte[] receive = {(byte) RightKind.RECEIVE.number()};
      KernelFrame reply = hostile.ask(KernelOperation.PORT_ALLOCATE, receive).orElseThrow();
      int port = new WireReader(reply.body()).i32("name");
      for (int i = 0; i < 3_000; i++) {
        int name = (0x100 + i) << 8 | 3;
        byte[] insert = new WireWriter().i32(name).i32(port).u8(21).toBytes();
        assertThat(hostile.ask(KernelOperation.PORT_INSERT_RIGHT, insert)).isPresent();
      }
      int names = 0;
      while (reply.result() == 0) {
        reply = hostile.ask(KernelOperation.PORT_ALLOCATE, receive).orElseThrow();
        names++;
      }
      assertThat(KernReturn.of(reply.result())).contains(KernReturn.NO_SPACE);
      assertThat(names).isGreaterThan(100);
      instance.roundTrip();
    }
  }

  @Test
  void manyHoardersAtOnceLeaveTheKernelAlive() throws Exception {
    List<RawTask> hoarders = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        RawTask hoarder = greeted();
        hoarders.add(hoarder);
        hoard(hoarder);
        instance.roundTrip();
      }
      try (KernelSocket modest = KernelSocket.connect(instance.socket())) {
        assertThat(modest.allocate(RightKind.RECEIVE).isValid()).isTrue();
      }
    } finally {
      hoarders.forEach(RawTask::close);
    }
  }

  /** Fills its own queues with all that it may send. */
  private static void hoard(RawTask task) throws Exception {
    byte[] port = task.ask(KernelOperation.PORT_ALLOCATE, new byte[] {1}).orElseThrow().body();
    task.ask(
        KernelOperation.PORT_SET_QUEUE_LIMIT, new WireWriter().fixed(port).i32(1024).toBytes());
    int name = new WireReader(port).i32("name");
    byte[] full =
        new OutgoingMessage(
                0,
                new PortDescriptor(name, Disposition.MAKE_SEND),
                Optional.empty(),
                1,
                List.of(),
                new byte[OutgoingMessage.MAX_DATA])
            .toBytes();
    int result = 0;
    for (int i = 0; result == 0 && i < 1024; i++) {
      result = task.ask(KernelOperation.MESSAGE_SEND, full).orElseThrow().result();
    }
    assertThat(KernReturn.of(result)).contains(KernReturn.RESOURCE_SHORTAGE);
  }

  /** A conversation that is fine; each request of it also is what mutations start from. */
  private static List<byte[]> conversation(RawTask task) {
    List<byte[]> frames = new ArrayList<>();
    frames.add(task.request(KernelOperation.PORT_ALLOCATE, new byte[] {1}));
    frames.add(task.request(KernelOperation.PORT_ALLOCATE, new byte[] {3}));
    int port = 0x0203;
    byte[] name = new WireWriter().i32(port).toBytes();
    frames.add(
        task.request(
            KernelOperation.PORT_INSERT_RIGHT,
            new WireWriter().i32(port).i32(port).u8(20).toBytes()));
    frames.add(
        task.request(
            KernelOperation.PORT_MOD_REFS, new WireWriter().i32(port).u8(0).i32(3).toBytes()));
    frames.add(task.request(KernelOperation.PORT_TYPE, name));
    frames.add(task.request(KernelOperation.PORT_GET_STATUS, name));
    frames.add(
        task.request(KernelOperation.PORT_GET_REFS, new WireWriter().i32(port).u8(0).toBytes()));
    frames.add(
        task.request(
            KernelOperation.PORT_REQUEST_NOTIFICATION,
            new WireWriter().i32(port).u8(72).i32(0).u8(1).i32(port).u8(21).toBytes()));
    frames.add(
        task.request(
            KernelOperation.PORT_MOVE_MEMBER, new WireWriter().i32(port).i32(0x0303).toBytes()));
    frames.add(task.request(KernelOperation.PORT_ARM, name));
    PortDescriptor own = new PortDescriptor(port, Disposition.COPY_SEND);
    PortDescriptor once = new PortDescriptor(port, Disposition.MAKE_SEND_ONCE);
    frames.add(
        task.request(
            KernelOperation.MESSAGE_SEND,
            new OutgoingMessage(0, own, Optional.of(once), 1, List.of(own, once), new byte[9])
                .toBytes()));
    frames.add(
        task.request(
            KernelOperation.MESSAGE_SEND,
            new OutgoingMessage(
                    0,
                    new PortDescriptor(task.bootstrap(), Disposition.COPY_SEND),
                    Optional.of(once),
                    BootstrapMessage.LOOK_UP,
                    List.of(),
                    new WireWriter().string("org.portunus.launchd.control").toBytes())
                .toBytes()));
    frames.add(
        task.request(KernelOperation.MESSAGE_RECEIVE, new WireWriter().i32(port).i64(0).toBytes()));
    frames.add(task.request(KernelOperation.CONNECT, name));
    frames.add(task.request(KernelOperation.CONNECTION_CLOSED, new byte[8]));
    frames.add(task.request(KernelOperation.CALL_OVERDUE, new byte[16]));
    frames.add(task.request(KernelOperation.PORT_DEALLOCATE, name));
    frames.add(task.request(KernelOperation.PORT_DESTROY, name));
    return frames;
  }

  private static byte[] mutated(byte[] frame, Random random) {
    byte[] bytes = frame.clone();
    switch (random.nextInt(6)) {
      case 0 -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length + 64));
      case 1 -> random.nextBytes(bytes);
      case 2 -> {
        int at = KernelFrame.HEAD + random.nextInt(Math.max(1, bytes.length - KernelFrame.HEAD));
        bytes[Math.min(at, bytes.length - 1)] = (byte) random.nextInt(256);
      }
      case 3 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 4 -> {
        int[] odd = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 65536, 0x103, 0x203};
        int at = random.nextInt(Math.max(1, bytes.length - 3));
        ByteBuffer.wrap(bytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Math.min(at, bytes.length - 4), odd[random.nextInt(odd.length)]);
      }
      default -> {
        byte[] body = new byte[random.nextInt(80)];
        random.nextBytes(body);
        int operation = 1 + random.nextInt(KernelOperation.values().length + 1);
        bytes = new KernelFrame(operation, 0, 0, random.nextLong(), 0, body).toBytes();
      }
    }
    return bytes;
  }

  @Test
  void mutatedConversations() throws Exception {
    System.out.println("mutated conversations: seed " + SEED + " (-Dportunus.seed)");
    Random random = new Random(SEED);
    int cases = 0;
    int ended = 0;
    while (cases < MUTATIONS) {
      try (RawTask hostile = greeted()) {
        boolean open = true;
        for (byte[] frame : conversation(hostile)) {
          if (open && random.nextInt(3) > 0) {
            cases++;
            open = hostile.raw(mutated(frame, random)) > 0;
          } else if (open) {
            open = hostile.raw(frame) > 0;
          }
        }
        if (open && random.nextBoolean()) {
          Optional<KernelFrame> answer =
              hostile.ask(KernelOperation.PORT_TYPE, new WireWriter().i32(0).toBytes());
          open = answer.isPresent();
        }
        ended += open ? 0 : 1;
      }
      if (cases % 50 == 0) {
        instance.roundTrip();
      }
    }
    assertThat(ended).isPositive();
  }

  @Test
  void dyingAtEveryStep() throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < 60; i++) {
      try (RawTask task = i % 10 == 0 ? RawTask.enter(instance.socket()) : greeted()) {
        List<byte[]> frames = conversation(task);
        int steps = random.nextInt(frames.size() + 1);
        for (int step = 0; i % 10 != 0 && step < steps; step++) {
          assertThat(task.raw(frames.get(step))).isPositive();
        }
      }
    }
  }
}
