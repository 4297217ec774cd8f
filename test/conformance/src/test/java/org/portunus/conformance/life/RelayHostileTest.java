// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.WireWriter;
import org.portunus.interfaces.launchd.LinkState;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.linux.socket.WaitMode;
import org.portunus.system.port.Bootstrap;
import org.portunus.system.port.ConnectionEnd;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.ServiceConnection;
import portunus.lifeprobe.LifeProbe;
import portunus.lifeprobe.LifeProbeXpc;

/** Clients that flood, do not read or write garbage over a relay, beside one that is honest. */
class RelayHostileTest {
  private static final String SERVICE = "probe.flooded";
  private static final String DIRECT = "probe.beside";
  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
  private static final int PATIENCE_MILLIS = 30_000;
  private static final int ECHO = 1;
  private static final int NOTE = 10;
  private static final int HOSTILE = 4;
  private static final int HONEST_CALLS = 200;
  private static final int GARBAGE = 100;

  @TempDir static Path folder;
  private static LifeInstance instance;

  @BeforeAll
  static void start() throws Exception {
    instance =
        LifeInstance.start(
            new ProbeFolder(folder)
                .job(
                    SERVICE,
                    Map.of(
                        "IdleTimeout",
                        "600",
                        "Descriptors",
                        "256",
                        "Processes",
                        "512",
                        "CPU",
                        "3600"),
                    0)
                .relayed(SERVICE)
                .job(DIRECT, Map.of("IdleTimeout", "600"), 0));
  }

  @AfterAll
  static void end() throws Exception {
    instance.close();
  }

  /** A connection, frame by frame. */
  private static final class Raw implements AutoCloseable {
    final KernelSocket kernel = KernelSocket.connect(instance.instance().socket());
    final CompletableFuture<PortunusException> ended = new CompletableFuture<>();
    final ConnectionEnd end;
    final SeqpacketChannel channel;

    Raw() throws Exception {
      end = kernel.connect(new Bootstrap(kernel).lookUp(SERVICE));
      assertThat(end.link()).as("it is relayed").isEmpty();
      kernel.tickets().orElseThrow().watch(end.id(), ended::complete);
      channel = SeqpacketChannel.of(end.socket(), LONGEST + 64);
      WireWriter hello = new WireWriter();
      new Hello(1, 1, 0, 1 << 20, 16, 64, 64).write(hello);
      hello.string(LifeProbeXpc.TYPE.name()).fixed(LifeProbeXpc.TYPE.digest());
      assertThat(send(frame(Kind.HELLO, 0, 0, 0, hello.toBytes()))).isPositive();
      try (ReceivedMessage in = new ReceivedMessage(LONGEST)) {
        assertThat(Readiness.await(channel.descriptor(), Readiness.READABLE, PATIENCE_MILLIS))
            .isNotZero();
        assertThat(channel.receive(in, WaitMode.WAIT)).isPositive();
      }
    }

    static byte[] frame(Kind kind, int flags, int method, long call, byte[] body) {
      ByteBuffer out = ByteBuffer.allocate(ConnectionFrame.HEAD + body.length);
      new ConnectionFrame(kind, flags, 0, method, call, 0, body.length, 0).write(out);
      return out.put(body).array();
    }

    int send(byte[] frame) {
      return channel.send(frame, 0, frame.length, WaitMode.WAIT);
    }

    int sendUnlessFull(byte[] frame) {
      return channel.send(frame, 0, frame.length, WaitMode.DONT_WAIT);
    }

    void assertBroken(String seed) throws Exception {
      assertThat(ended.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).code())
          .as(seed)
          .isEqualTo(ErrorCode.PROTOCOL);
    }

    @Override
    public void close() {
      if (channel.descriptor().isOpen()) {
        channel.close();
      }
      kernel.close();
    }
  }

  private static byte[] number(long value) {
    return new WireWriter().i64(value).toBytes();
  }

  /** An honest client of the same service, and one of another. */
  private static void assertOthersAreAnswered(String as) {
    try (ServiceConnection<LifeProbe> relayed = instance.open(SERVICE);
        ServiceConnection<LifeProbe> direct = instance.open(DIRECT)) {
      LifeProbe beside = relayed.proxy(Eventually.PATIENCE);
      LifeProbe other = direct.proxy(Eventually.PATIENCE);
      for (int i = 0; i < HONEST_CALLS; i++) {
        assertThat(beside.echo(i)).as(as).isEqualTo(i);
        assertThat(other.echo(i)).as(as).isEqualTo(i);
        if (i % 20 == 0) {
          assertThat(instance.counts().connections()).as("the kernel answers").isPositive();
        }
      }
      assertThat(instance.job(SERVICE).runs()).isEqualTo(1);
    }
  }

  @Test
  void whoFloodsSlowsOnlyItself() throws Exception {
    List<Raw> raws = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try {
      for (int i = 0; i < HOSTILE; i++) {
        Raw raw = new Raw();
        raws.add(raw);
        threads.add(Thread.ofPlatform().daemon().start(() -> flood(raw)));
      }
      assertOthersAreAnswered("beside a flood");
      assertThat(instance.control().links())
          .filteredOn(link -> raws.stream().anyMatch(raw -> raw.end.id() == link.connection()))
          .hasSize(HOSTILE)
          .allMatch(link -> link.state() == LinkState.RELAYED)
          .allMatch(link -> link.toService().frames() > 1);
    } finally {
      for (Raw raw : raws) {
        int unusedEnd = UnixSocket.shutdown(raw.channel.descriptor(), UnixSocket.Direction.BOTH);
      }
      for (Thread thread : threads) {
        thread.join(PATIENCE_MILLIS);
      }
      raws.forEach(Raw::close);
    }
  }

  /** One-way calls as fast as they are taken. */
  private static void flood(Raw raw) {
    int result = 1;
    for (long call = 1; result > 0; call++) {
      result = raw.send(Raw.frame(Kind.REQUEST, ConnectionFrame.ONEWAY, NOTE, call, number(0)));
    }
  }

  @Test
  void whoDoesNotReadStopsItsOwnCallsOnly() throws Exception {
    List<Raw> raws = new ArrayList<>();
    try {
      for (int i = 0; i < HOSTILE; i++) {
        Raw raw = new Raw();
        raws.add(raw);
        long call = 1;
        int full = 0;
        while (full < 50) {
          if (raw.sendUnlessFull(Raw.frame(Kind.REQUEST, 0, ECHO, call, number(call))) > 0) {
            call++;
            full = 0;
          } else if (raw.ended.isDone() || call > 100_000) {
            break;
          } else {
            full++;
            int unusedReady = Readiness.await(raw.channel.descriptor(), Readiness.WRITABLE, 10);
          }
        }
        assertThat(call).as("what the sockets on the way hold").isBetween(2L, 100_000L);
      }
      assertOthersAreAnswered("beside clients that do not read");
    } finally {
      raws.forEach(Raw::close);
    }
    Eventually.until(
        "theirs are gone",
        () ->
            instance.control().links().stream()
                .noneMatch(
                    link -> raws.stream().anyMatch(raw -> raw.end.id() == link.connection())));
  }

  @Test
  void garbageEndsThatConnectionOnly() throws Exception {
    long seed = System.nanoTime();
    System.out.println("RelayHostileTest seed " + seed);
    Random random = new Random(seed);
    try (ServiceConnection<LifeProbe> steady = instance.open(SERVICE)) {
      LifeProbe probe = steady.proxy(Eventually.PATIENCE);
      for (int i = 0; i < GARBAGE; i++) {
        String as = "seed " + seed + " case " + i;
        try (Raw raw = new Raw()) {
          assertThat(raw.send(garbage(random))).as(as).isPositive();
          raw.assertBroken(as);
        }
        assertThat(probe.echo(i)).as(as).isEqualTo(i);
      }
    }
    instance.awaitLog("link.violation", "by=outside");
    assertThat(instance.job(SERVICE).runs()).isEqualTo(1);
    assertThat(instance.job(SERVICE).crashes()).isZero();
  }

  /** A frame that is none: a field of its head is wrong, or its length is. */
  private static byte[] garbage(Random random) {
    byte[] body = new byte[random.nextInt(200)];
    random.nextBytes(body);
    byte[] frame = Raw.frame(Kind.REQUEST, 0, ECHO, 1, body);
    ByteBuffer head = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    switch (random.nextInt(7)) {
      case 0 -> head.put(0, (byte) (random.nextBoolean() ? 0 : unknownKind(random)));
      case 1 -> head.put(1, (byte) (8 + random.nextInt(248)));
      case 2 -> head.putShort(2, (short) (1 + random.nextInt(0xfffe)));
      case 3 -> head.putInt(20, body.length + 1 + random.nextInt(1000));
      case 4 -> head.putLong(24, random.nextLong() | Long.MIN_VALUE);
      case 5 -> {
        return Arrays.copyOf(frame, 1 + random.nextInt(ConnectionFrame.HEAD - 1));
      }
      default -> {
        return new byte[LONGEST + 1 + random.nextInt(32)];
      }
    }
    return frame;
  }

  private static int unknownKind(Random random) {
    int known = Kind.values().length;
    return known + 1 + random.nextInt(255 - known);
  }

  @Test
  void descriptorsAreRefused() throws Exception {
    try (Raw raw = new Raw();
        MemoryFile file = MemoryFile.create("relayed")) {
      ByteBuffer out = ByteBuffer.allocate(ConnectionFrame.HEAD);
      new ConnectionFrame(Kind.REQUEST, 0, 1, ECHO, 1, 0, 0, 0).write(out);
      int[] descriptors = {file.descriptor().raw()};
      assertThat(
              raw.channel.send(out.array(), 0, ConnectionFrame.HEAD, descriptors, 1, WaitMode.WAIT))
          .isPositive();
      raw.assertBroken("descriptors");
      assertThat(raw.ended.get()).hasMessageContaining("rights go by tickets");
    }
    assertOthersAreAnswered("after descriptors");
  }

  @Test
  void aClientHasOnlySoManyAndIsToldWhoHasThem() throws Exception {
    List<ConnectionEnd> ends = new ArrayList<>();
    KernelSocket greedy = KernelSocket.connect(instance.instance().socket());
    try {
      PortName service = new Bootstrap(greedy).lookUp(SERVICE);
      PortunusException[] refusal = new PortunusException[1];
      Eventually.until(
          "no more are made",
          () -> {
            refusal[0] =
                catchThrowableOfType(
                    PortunusException.class, () -> ends.add(greedy.connect(service)));
            // Before the service has taken those from before, they are the limit.
            return refusal[0] != null && refusal[0].detail().contains("relayed");
          });
      assertThat(refusal[0].code()).isEqualTo(ErrorCode.LIMIT_CONNECTIONS);
      assertThat(refusal[0]).hasMessageContaining(ends.size() + " relayed connections");
      assertThat(refusal[0]).hasMessageMatching("(?s).*(with " + SERVICE + "\\[| has ).*");
      assertOthersAreAnswered("beside a greedy client");
      ends.forEach(end -> end.socket().close());
      ends.forEach(end -> greedy.connectionClosed(end.id()));
      ConnectionEnd again = greedy.connect(service);
      again.socket().close();
    } finally {
      greedy.close();
    }
  }
}
