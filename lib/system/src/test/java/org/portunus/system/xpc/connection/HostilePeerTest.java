// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.system.xpc.connection.Workbench.codeOf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.socket.PacketSocket;

/**
 * A peer that writes frames by hand, as a client and as a service: every violation ends the
 * connection, none hangs or hurts the process.
 */
@Timeout(120)
final class HostilePeerTest {
  private static final int MAX = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
  private static final byte[] HELLO = {'h', 'i'};
  private static final int LARGE = 2 << 20;

  /** The other end, without any manners. */
  private static final class RawPeer implements AutoCloseable {
    private final PacketSocket socket;
    private final byte[] buffer = new byte[MAX];

    RawPeer(Descriptor end) {
      try {
        socket = PacketSocket.of(end, MAX);
      } catch (LinuxException e) {
        throw new AssertionError(e);
      }
    }

    /** A raw client of a real service session. */
    static RawPeer clientOf(Workbench bench) throws LinuxException {
      UnixSocket.Pair pair = UnixSocket.pair();
      bench.serve(pair.second());
      return new RawPeer(pair.first());
    }

    int write(byte[] frame, Descriptor... descriptors) {
      int[] numbers = new int[descriptors.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = descriptors[i].raw();
      }
      return socket.send(frame, frame.length, numbers, numbers.length);
    }

    /** The next frame's kind; empty at the end of the connection. */
    Optional<Kind> read() {
      List<Descriptor> descriptors = new ArrayList<>();
      int length = socket.receive(buffer, descriptors);
      descriptors.forEach(Descriptor::close);
      return length < 0 ? Optional.empty() : Optional.of(kind(buffer[0]));
    }

    byte[] body(int bytes) {
      byte[] body = new byte[bytes];
      System.arraycopy(buffer, ConnectionFrame.HEAD, body, 0, bytes);
      return body;
    }

    /** What the peer's goodbye says. */
    ErrorCode goodbye() {
      Optional<Kind> kind = read();
      while (kind.isPresent() && kind.get() != Kind.GOODBYE) {
        kind = read();
      }
      assertThat(kind).contains(Kind.GOODBYE);
      ErrorCode code =
          ErrorCode.of(ByteBuffer.wrap(body(4)).order(ByteOrder.LITTLE_ENDIAN).getInt())
              .orElseThrow();
      Optional<Kind> after = read();
      while (after.equals(Optional.of(Kind.REPLY))) {
        after = read(); // of a call whose handler was done at that moment
      }
      assertThat(after).isEmpty();
      return code;
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private static byte[] frame(
      Kind kind, int flags, int method, long call, int object, byte[] body) {
    return frame(kind, flags, 0, method, call, object, body);
  }

  private static byte[] frame(
      Kind kind, int flags, int descriptors, int method, long call, int object, byte[] body) {
    ByteBuffer out = ByteBuffer.allocate(ConnectionFrame.HEAD + body.length);
    new ConnectionFrame(kind, flags, descriptors, method, call, object, body.length, 0).write(out);
    return out.put(body).array();
  }

  private static Kind kind(int number) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.number() == number)
        .findFirst()
        .orElseThrow();
  }

  private static byte[] hello(int lowest, int highest, long features) {
    WireWriter out = new WireWriter();
    new Hello(lowest, highest, features, 4 << 20, 16, 256, 1024).write(out);
    out.string(Workshop.TYPE.name()).fixed(Workshop.TYPE.digest());
    return frame(Kind.HELLO, 0, 0, 0, 0, out.toBytes());
  }

  private static byte[] echo(long call) {
    return frame(Kind.REQUEST, 0, 1, call, 0, new WireWriter().bytes(HELLO).toBytes());
  }

  private static RawPeer greetedClient(Workbench bench) throws LinuxException {
    RawPeer peer = RawPeer.clientOf(bench);
    peer.write(hello(1, 1, 0));
    assertThat(peer.read()).contains(Kind.HELLO);
    return peer;
  }

  /** What a service does with a frame after a good hello. */
  private static ErrorCode violation(byte[]... frames) throws LinuxException {
    try (Workbench bench = new Workbench();
        RawPeer peer = greetedClient(bench)) {
      for (byte[] frame : frames) {
        peer.write(frame);
      }
      ErrorCode code = peer.goodbye();
      assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
      return code;
    }
  }

  @Test
  void aGoodClientByHandIsServed() throws Exception {
    try (Workbench bench = new Workbench();
        RawPeer peer = greetedClient(bench)) {
      peer.write(echo(1));
      assertThat(peer.read()).contains(Kind.REPLY);
      assertThat(peer.body(6)).isEqualTo(new byte[] {2, 0, 0, 0, 'h', 'i'});
    }
  }

  @Test
  void unknownFeatureBitsAreIgnored() throws Exception {
    try (Workbench bench = new Workbench();
        RawPeer peer = RawPeer.clientOf(bench)) {
      peer.write(hello(1, 9, -1L));
      assertThat(peer.read()).contains(Kind.HELLO);
      peer.write(echo(1));
      assertThat(peer.read()).contains(Kind.REPLY);
    }
  }

  @Test
  void anInterruptInTheMiddleOfAMessageCostsNobodyTheConnection() throws Exception {
    try (Workbench bench = new Workbench()) {
      CompletableFuture<RawPeer> made = new CompletableFuture<>();
      bench.acceptor =
          end -> {
            RawPeer service = new RawPeer(end);
            service.write(hello(1, 1, 0));
            made.complete(service);
          };
      CompletableFuture<ErrorCode> ended = new CompletableFuture<>();
      Thread caller =
          Thread.ofPlatform()
              .daemon()
              .start(() -> ended.complete(codeOf(() -> bench.proxy().echo(new byte[LARGE]))));
      try (RawPeer service = made.get(20, TimeUnit.SECONDS)) {
        assertThat(service.read()).contains(Kind.HELLO);
        assertThat(service.read()).as("the message has begun").contains(Kind.REQUEST);
        caller.interrupt();
        int frames = 1;
        Optional<Kind> kind = service.read();
        while (kind.equals(Optional.of(Kind.REQUEST))) {
          frames++;
          kind = service.read();
        }
        assertThat(kind).contains(Kind.CANCEL);
        assertThat(frames).isGreaterThan(LARGE / ConnectionFrame.MAX_BODY);
        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCELLED);
        service.write(frame(Kind.ERROR, 0, 0, 1, 0, cancelled()));
        bench.proxy().note(7);
        assertThat(service.read()).contains(Kind.REQUEST);
        assertThat(bench.connections()).isEqualTo(1);
      }
    }
  }

  private static byte[] cancelled() {
    return new WireWriter().i32(ErrorCode.CANCELLED.number()).string("").toBytes();
  }

  @Test
  void onlyAPeerThatKnowsTheNoticeOfTerminationGetsIt() throws Exception {
    try (Workbench bench = new Workbench();
        RawPeer old = greetedClient(bench);
        RawPeer young = RawPeer.clientOf(bench)) {
      young.write(hello(1, 1, Hello.TERMINATION_NOTICE));
      assertThat(young.read()).contains(Kind.HELLO);
      bench.sessions.take().drain();
      bench.sessions.take().drain();
      assertThat(young.read()).contains(Kind.TERMINATION);
      assertThat(young.read()).isEmpty();
      assertThat(old.read()).isEmpty();
    }
  }

  @Test
  void aContextThatWasNotAgreedOnOrHasAnotherFormIsAViolation() throws Exception {
    byte[] body =
        "00-"
            .concat("1".repeat(32))
            .concat("-1111111111111111-00")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] good = frame(Kind.CONTEXT, 0, 0, 1, 0, body);
    assertThat(violation(good)).isEqualTo(ErrorCode.PROTOCOL);
    try (Workbench bench = new Workbench();
        RawPeer peer = RawPeer.clientOf(bench)) {
      peer.write(hello(1, 1, Hello.CALL_CONTEXT));
      assertThat(peer.read()).contains(Kind.HELLO);
      peer.write(good);
      peer.write(good);
      peer.write(echo(1));
      assertThat(peer.read()).contains(Kind.REPLY);
      peer.write(frame(Kind.CONTEXT, 0, 0, 2, 0, new byte[body.length]));
      assertThat(peer.goodbye()).isEqualTo(ErrorCode.PROTOCOL);
    }
  }

  @Test
  void aNoticeOfTerminationThatWasNotAgreedOnOrComesTwiceIsAViolation() throws Exception {
    byte[] notice = frame(Kind.TERMINATION, 0, 0, 0, 0, new byte[0]);
    assertThat(violation(notice)).isEqualTo(ErrorCode.PROTOCOL);
    byte[][][] wrong = {
      {notice, notice}, {frame(Kind.TERMINATION, 0, 0, 0, 0, new byte[1])},
    };
    for (byte[][] frames : wrong) {
      try (Workbench bench = new Workbench();
          RawPeer peer = RawPeer.clientOf(bench)) {
        peer.write(hello(1, 1, Hello.TERMINATION_NOTICE));
        assertThat(peer.read()).contains(Kind.HELLO);
        for (byte[] frame : frames) {
          peer.write(frame);
        }
        assertThat(peer.goodbye()).isEqualTo(ErrorCode.PROTOCOL);
      }
    }
  }

  @Test
  void unknownVersionsAreATypedErrorThatNamesBothRanges() throws Exception {
    try (Workbench bench = new Workbench();
        RawPeer peer = RawPeer.clientOf(bench)) {
      peer.write(hello(7, 9, 0));
      assertThat(peer.goodbye()).isEqualTo(ErrorCode.VERSION);
      bench.acceptor =
          end -> {
            RawPeer service = new RawPeer(end);
            service.write(hello(7, 9, 0));
          };
      Assertions.assertThatThrownBy(() -> bench.proxy().echo(HELLO))
          .isInstanceOf(PortunusException.class)
          .hasMessageContaining("protocol.version")
          .hasMessageContaining("1 to 1")
          .hasMessageContaining("7 to 9");
    }
  }

  @Test
  void everyViolationOfAClientEndsItsConnectionOnly() throws Exception {
    byte[] nothing = {};
    byte[] one = new WireWriter().i32(1).toBytes();
    assertThat(violation(hello(1, 1, 0))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(echo(2))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(echo(1), echo(1))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.REQUEST, 0, 1, 1, 5, nothing))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.REQUEST, 2, 1, 1, 0, nothing))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.REQUEST, 0, 2, 1, 0, nothing))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.REPLY, 0, 0, 1, 0, nothing))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.ERROR, 0, 0, 1, 0, one))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.CANCEL, 0, 0, 1, 0, nothing))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.RELEASE, 0, 0, 0, 0, one))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.RELEASE, 0, 0, 0, 3, one))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.RELEASE, 2, 0, 0, 3, one))).isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.REQUEST, 0, 1, 1, 1, 0, nothing)))
        .as("a descriptor that did not come")
        .isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.REQUEST, 1, 1, 1, 0, nothing)))
        .as("an empty fragment")
        .isEqualTo(ErrorCode.PROTOCOL);
    assertThat(violation(frame(Kind.REQUEST, 1, 1, 1, 0, one), echo(2)))
        .as("fragments of two calls")
        .isEqualTo(ErrorCode.PROTOCOL);
    assertThat(
            violation(
                frame(Kind.REQUEST, 1, 1, 1, 0, one), frame(Kind.CANCEL, 0, 0, 1, 0, nothing)))
        .isEqualTo(ErrorCode.PROTOCOL);
  }

  @Test
  void badArgumentsAreATypedErrorAndTheConnectionLives() throws Exception {
    try (Workbench bench = new Workbench();
        RawPeer peer = greetedClient(bench)) {
      peer.write(frame(Kind.REQUEST, 0, 1, 1, 0, new byte[] {9, 9}));
      assertThat(peer.read()).contains(Kind.ERROR);
      assertThat(ByteBuffer.wrap(peer.body(4)).order(ByteOrder.LITTLE_ENDIAN).getInt())
          .isEqualTo(ErrorCode.DECODE.number());
      peer.write(echo(2));
      assertThat(peer.read()).contains(Kind.REPLY);
    }
  }

  @Test
  void aMessageThatNeverEndsMeetsTheLimit() throws Exception {
    try (Workbench bench = new Workbench();
        RawPeer peer = greetedClient(bench)) {
      byte[] fragment = frame(Kind.REQUEST, 1, 1, 1, 0, new byte[ConnectionFrame.MAX_BODY]);
      int sent = 0;
      int result = 1;
      while (result != PacketSocket.ENDED && sent < 1000) {
        result = peer.write(fragment);
        sent += result > 0 ? 1 : 0;
        if (result == PacketSocket.FULL) {
          peer.socket.awaitRoom(Duration.ofMillis(50).toNanos());
        }
      }
      assertThat(sent).isLessThan(200);
      assertThat(peer.goodbye()).isEqualTo(ErrorCode.PROTOCOL);
    }
  }

  @Test
  void aClientThatTakesNoRepliesLosesItsConnection() throws Exception {
    ConnectionLimits limits =
        new ConnectionLimits(
            4 << 20,
            16,
            256,
            16,
            4,
            8 << 20,
            64,
            ConnectionLimits.FileRightTravel.DESCRIPTOR,
            Duration.ofMillis(200));
    try (Workbench bench = new Workbench(limits);
        RawPeer peer = greetedClient(bench)) {
      Session session = bench.sessions.take();
      for (long call = 1; call <= 4; call++) {
        peer.write(frame(Kind.REQUEST, 0, 7, call, 0, new WireWriter().i32(1 << 20).toBytes()));
      }
      assertThat(session.end().get(20, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.LIMIT_QUEUE);
      assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
    }
  }

  @Test
  void unansweredCallsBeyondTheLimitAreAViolation() throws Exception {
    try (Workbench bench = new Workbench(Workbench.limits(2048, 2, 2));
        RawPeer peer = greetedClient(bench)) {
      for (long call = 1; call <= 3; call++) {
        peer.write(frame(Kind.REQUEST, 0, 4, call, 0, new byte[0]));
      }
      assertThat(peer.goodbye()).isEqualTo(ErrorCode.PROTOCOL);
    }
  }

  @Test
  void referencesAreCountedAndGivenBack() throws Exception {
    try (Workbench bench = new Workbench(Workbench.limits(2048, 8, 2));
        RawPeer peer = greetedClient(bench)) {
      for (long call = 1; call <= 2; call++) {
        peer.write(frame(Kind.REQUEST, 0, 6, call, 0, new byte[0]));
        assertThat(peer.read()).contains(Kind.REPLY);
      }
      int object = ByteBuffer.wrap(peer.body(4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
      peer.write(frame(Kind.RELEASE, 0, 0, 0, object, new WireWriter().i32(2).toBytes()));
      peer.write(frame(Kind.REQUEST, 0, 1, 3, object, new WireWriter().i32(1).toBytes()));
      assertThat(peer.goodbye()).isEqualTo(ErrorCode.PROTOCOL);
    }
  }

  @Test
  void callsThatWereGivenUpStillCountUntilTheyAreAnswered() {
    try (Workbench bench = new Workbench(Workbench.limits(2048, 1, 3))) {
      bench.acceptor = end -> new RawPeer(end).write(hello(1, 1, 0));
      assertThat(codeOf(() -> bench.proxy(Duration.ofMillis(200)).echo(HELLO)))
          .isEqualTo(ErrorCode.DEADLINE);
      assertThat(bench.overdue).containsExactly(new Workbench.Overdue(1, 1));
      assertThat(codeOf(() -> bench.proxy().echo(HELLO))).isEqualTo(ErrorCode.LIMIT_CALLS);
    }
  }

  @Test
  void aServiceCannotSayWhatOnlyThisSideFindsOut() {
    try (Workbench bench = new Workbench()) {
      bench.acceptor =
          end -> {
            RawPeer service = new RawPeer(end);
            service.write(hello(1, 1, 0));
            service.write(
                frame(
                    Kind.GOODBYE,
                    0,
                    0,
                    0,
                    0,
                    new ErrorBody(ErrorCode.INSTANCE_ENDED, "a lie").toBytes()));
          };
      assertThat(codeOf(() -> bench.proxy().echo(HELLO)))
          .isIn(ErrorCode.SERVICE_FAULT, ErrorCode.INTERRUPTED);
    }
  }

  @Test
  void randomServicesNeverHangAClient() throws Exception {
    long seed = Long.getLong("portunus.seed", 20261122L);
    System.Logger log = System.getLogger(HostilePeerTest.class.getName());
    log.log(System.Logger.Level.DEBUG, "seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 150; round++) {
      try (Workbench bench = new Workbench()) {
        int state = random.nextInt(3);
        long roundSeed = random.nextLong();
        bench.acceptor =
            end ->
                Thread.ofPlatform()
                    .daemon()
                    .start(() -> misbehave(new RawPeer(end), state, new Random(roundSeed)));
        Throwable thrown =
            Assertions.catchThrowable(() -> bench.proxy(Duration.ofMillis(400)).echo(HELLO));
        if (thrown != null) {
          assertThat(thrown)
              .as("seed %d round %d", seed, round)
              .isInstanceOf(PortunusException.class);
        }
        bench.acceptor = bench::serve;
        bench.link.end(ErrorCode.INVALID, "next round");
      }
    }
  }

  /** Answers the hello or not, then sends mutated frames. */
  private static void misbehave(RawPeer peer, int state, Random random) {
    if (state > 0) {
      peer.write(hello(1, 1, 0));
    }
    if (state > 1) {
      peer.read();
      peer.read();
    }
    for (int i = 0; i < 20; i++) {
      peer.write(mutated(random));
    }
    peer.close();
  }

  private static byte[] mutated(Random random) {
    Kind kind = kind(1 + random.nextInt(7));
    byte[] body = new byte[random.nextInt(64)];
    random.nextBytes(body);
    byte[] frame =
        frame(
            kind, random.nextInt(4), random.nextInt(8), random.nextInt(3), random.nextInt(3), body);
    for (int flips = random.nextInt(3); flips > 0; flips--) {
      frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return frame;
  }

  @Test
  void randomClientsNeverHurtAService() throws Exception {
    long seed = Long.getLong("portunus.seed", 20261122L);
    Random random = new Random(seed);
    try (Workbench bench = new Workbench()) {
      for (int round = 0; round < 300; round++) {
        try (RawPeer peer = RawPeer.clientOf(bench)) {
          if (random.nextBoolean()) {
            peer.write(hello(1, 1, random.nextLong()));
          }
          for (int i = 0; i < 10; i++) {
            peer.write(mutated(random));
          }
        }
      }
      for (Session session : bench.sessions) {
        assertThat(endOf(session)).as("seed %d", seed).isNotNull();
      }
      bench.sessions.clear();
      bench.service.release.release(10_000);
      assertThat(bench.proxy().echo(HELLO)).isEqualTo(HELLO);
    }
  }

  private static ErrorBody endOf(Session session) throws Exception {
    try {
      return session.end().get(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("a session did not end", e);
    }
  }
}
