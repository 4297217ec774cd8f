// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.Hello;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.port.KernelExchange.Received;
import org.portunus.system.socket.PacketSocket;

/** The kernel socket against frames written by hand on the other end of a real socketpair. */
@Timeout(60)
final class KernelSocketTest {
  private static final int MAX = KernelFrame.HEAD + KernelFrame.MAX_BODY;
  private static final byte[] NOTHING = {};

  private PacketSocket kernel;
  private Descriptor end;

  @BeforeEach
  void pair() throws Exception {
    UnixSocket.Pair pair = UnixSocket.pair();
    end = pair.first();
    kernel = PacketSocket.of(pair.second(), MAX);
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  private KernelFrame next() throws Exception {
    byte[] bytes = new byte[MAX];
    List<Descriptor> descriptors = new ArrayList<>();
    int length = kernel.receive(bytes, descriptors);
    assertThat(length).isPositive();
    return KernelFrame.read(Arrays.copyOf(bytes, length), descriptors.size());
  }

  private void write(KernelFrame frame, Descriptor... descriptors) {
    int[] numbers = new int[descriptors.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = descriptors[i].raw();
    }
    byte[] bytes = frame.toBytes();
    assertThat(kernel.send(bytes, bytes.length, numbers, numbers.length)).isPositive();
  }

  private void reply(KernelFrame request, int result, byte[] body) {
    write(
        new KernelFrame(
            request.operation(), KernelFrame.REPLY, 0, request.sequence(), result, body));
  }

  private static byte[] greeting(int lowest, int highest) {
    WireWriter out = new WireWriter();
    new Hello(lowest, highest, -1L, 65536, 16, 64, 0).write(out);
    return out.i64(1).i64(2).i32(3).i64(4).i32(5).i32(0).i32(0).toBytes();
  }

  private CompletableFuture<KernelSocket> connecting() {
    CompletableFuture<KernelSocket> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            result.complete(KernelSocket.over(end));
          } catch (PortunusException e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private KernelSocket connected() throws Exception {
    CompletableFuture<KernelSocket> socket = connecting();
    KernelFrame hello = next();
    assertThat(hello.operation()).isEqualTo(KernelOperation.HELLO.number());
    assertThat(Hello.read(new WireReader(hello.body())).highest()).isEqualTo(Hello.VERSION);
    reply(hello, 0, greeting(1, 3));
    return socket.get(20, TimeUnit.SECONDS);
  }

  @Test
  void theGreetingTellsWhoTheTaskIs() throws Exception {
    try (KernelSocket socket = connected()) {
      assertThat(socket.greeting().task()).hasToString("task-3-4");
      assertThat(socket.greeting().bootstrap()).contains(new PortName(5));
      assertThat(socket.greeting().host()).isEmpty();
    }
  }

  @Test
  void unknownVersionsNameBothRanges() throws Exception {
    CompletableFuture<KernelSocket> socket = connecting();
    reply(next(), 0, greeting(5, 6));
    assertThatThrownBy(() -> socket.get(20, TimeUnit.SECONDS))
        .hasMessageContaining("protocol.version")
        .hasMessageContaining("1 to 1")
        .hasMessageContaining("5 to 6");
  }

  @Test
  void repliesAreMatchedBySequenceInAnyOrder() throws Exception {
    try (KernelSocket socket = connected()) {
      CompletableFuture<PortName> set =
          CompletableFuture.supplyAsync(() -> socket.allocate(RightKind.PORT_SET));
      KernelFrame first = next();
      CompletableFuture<PortName> port =
          CompletableFuture.supplyAsync(() -> socket.allocate(RightKind.RECEIVE));
      KernelFrame second = next();
      assertThat(first.body()).containsExactly(RightKind.PORT_SET.number());
      reply(second, 0, new WireWriter().i32(22).toBytes());
      reply(first, 0, new WireWriter().i32(11).toBytes());
      assertThat(set.get(20, TimeUnit.SECONDS)).isEqualTo(new PortName(11));
      assertThat(port.get(20, TimeUnit.SECONDS)).isEqualTo(new PortName(22));
    }
  }

  @Test
  void resultsAreTyped() throws Exception {
    try (KernelSocket socket = connected()) {
      CompletableFuture<Throwable> kern = failure(() -> socket.deallocate(new PortName(7)));
      reply(next(), KernReturn.INVALID_NAME.number(), NOTHING);
      assertThat(kern.get(20, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              KernelResultException.class,
              e -> assertThat(e.result()).isEqualTo(KernReturn.INVALID_NAME));
      CompletableFuture<Throwable> coded = failure(() -> socket.allocate(RightKind.RECEIVE));
      reply(
          next(), ErrorCode.LIMIT_PORTS.number(), new WireWriter().string("1024 names").toBytes());
      assertThat(coded.get(20, TimeUnit.SECONDS)).hasMessage("limit.ports: 1024 names");
      CompletableFuture<Optional<MachMessage>> none =
          CompletableFuture.supplyAsync(
              () -> socket.receive(new PortName(7), Duration.ofMillis(1)));
      reply(next(), KernReturn.RCV_TIMED_OUT.number(), NOTHING);
      assertThat(none.get(20, TimeUnit.SECONDS)).isEmpty();
    }
  }

  private static CompletableFuture<Throwable> failure(Runnable action) {
    CompletableFuture<Throwable> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> result.complete(org.assertj.core.api.Assertions.catchThrowable(action::run)));
    return result;
  }

  @Test
  void connectGivesTheEnd() throws Exception {
    try (KernelSocket socket = connected();
        UnixSocket.Pair pair = UnixSocket.pair()) {
      CompletableFuture<ConnectionEnd> connecting =
          CompletableFuture.supplyAsync(() -> socket.connect(new PortName(9)));
      KernelFrame request = next();
      write(
          new KernelFrame(
              request.operation(),
              KernelFrame.REPLY,
              1,
              request.sequence(),
              0,
              new WireWriter().i64(77).toBytes()),
          pair.first());
      ConnectionEnd got = connecting.get(20, TimeUnit.SECONDS);
      assertThat(got.id()).isEqualTo(77);
      assertThat(got.socket().isOpen()).isTrue();
      got.socket().close();
    }
  }

  @Test
  void theEndReachesEverybodyWhoWaits() throws Exception {
    try (KernelSocket socket = connected()) {
      BlockingQueue<String> ended = new LinkedBlockingQueue<>();
      socket.onEnd(() -> ended.add("end"));
      CompletableFuture<Throwable> one = failure(() -> socket.receive(new PortName(1)));
      CompletableFuture<Throwable> two = failure(() -> socket.receive(new PortName(2)));
      CompletableFuture<Throwable> start = failure(socket::taskReady);
      for (int i = 0; i < 3; i++) {
        KernelFrame request = next();
        if (request.operation() == KernelOperation.TASK_READY.number()) {
          reply(request, 0, NOTHING);
        }
      }
      kernel.close();
      for (CompletableFuture<Throwable> waiter : List.of(one, two, start)) {
        assertThat(waiter.get(20, TimeUnit.SECONDS))
            .isInstanceOfSatisfying(
                PortunusException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INSTANCE_ENDED));
      }
      assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo("end");
      assertThat(socket.liveness(Duration.ofSeconds(1))).isEqualTo(Liveness.ENDED);
      assertThat(socket.hasEnded()).isTrue();
    }
  }

  @Test
  void aMalformedFrameEndsTheSocket() throws Exception {
    try (KernelSocket socket = connected()) {
      CompletableFuture<Throwable> waiter = failure(() -> socket.receive(new PortName(1)));
      KernelFrame request = next();
      write(
          new KernelFrame(
              request.operation(), KernelFrame.REPLY, 3, request.sequence(), 0, NOTHING));
      assertThat(waiter.get(20, TimeUnit.SECONDS)).hasMessageContaining("instance.ended");
    }
  }

  @Test
  void eventsMayUseTheSocket() throws Exception {
    try (KernelSocket socket = connected()) {
      BlockingQueue<Integer> types = new LinkedBlockingQueue<>();
      CompletableFuture<Throwable> arming =
          failure(() -> socket.arm(new PortName(8), () -> types.add(socket.type(new PortName(8)))));
      KernelFrame arm = next();
      reply(arm, 0, NOTHING);
      assertThat(arming.get(20, TimeUnit.SECONDS)).isNull();
      write(
          new KernelFrame(
              KernelOperation.MESSAGE_AVAILABLE.number(),
              KernelFrame.EVENT,
              0,
              0,
              0,
              new WireWriter().i32(8).toBytes()));
      reply(next(), 0, new WireWriter().i32(1 << 17).toBytes());
      assertThat(types.poll(20, TimeUnit.SECONDS)).isEqualTo(1 << 17);
    }
  }

  @Test
  void aCancelThatNobodyHearsIsAnsweredFinished() throws Exception {
    try (KernelSocket socket = connected()) {
      write(
          new KernelFrame(
              KernelOperation.CALL_CANCEL.number(),
              KernelFrame.EVENT,
              0,
              0,
              0,
              new WireWriter().i64(6).i64(9).toBytes()));
      KernelFrame finished = next();
      assertThat(finished.operation()).isEqualTo(KernelOperation.CALL_FINISHED.number());
      assertThat(finished.body()).isEqualTo(new WireWriter().i64(6).i64(9).toBytes());
      assertThat(socket.hasEnded()).isFalse();
    }
  }

  @Test
  void theDoorHandsOutTheKernelSocket(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("socket");
    try (Descriptor listener = UnixSocket.listen(path, 0600, 4)) {
      CompletableFuture<Throwable> refused = failure(() -> KernelSocket.connect(path));
      try (PacketSocket door = PacketSocket.of(UnixSocket.accept(listener), 4096)) {
        byte[] no =
            new WireWriter().i32(ErrorCode.DENIED.number()).string("overflow user").toBytes();
        assertThat(door.send(no, no.length, new int[0], 0)).isPositive();
        assertThat(refused.get(20, TimeUnit.SECONDS)).hasMessage("policy.denied: overflow user");
      }
      CompletableFuture<KernelSocket> entering =
          CompletableFuture.supplyAsync(() -> KernelSocket.connect(path));
      try (PacketSocket door = PacketSocket.of(UnixSocket.accept(listener), 4096)) {
        assertThat(door.send(new byte[] {1}, 1, new int[] {end.raw()}, 1)).isPositive();
        end.close();
        reply(next(), 0, greeting(1, 1));
        entering.get(20, TimeUnit.SECONDS).close();
      }
    }
  }

  @Test
  void aReceivedFrameOwnsItsDescriptors() throws Exception {
    UnixSocket.Pair pair = UnixSocket.pair();
    Received received =
        new Received(
            new KernelFrame(1, KernelFrame.EVENT, 2, 0, 0, NOTHING),
            List.of(pair.first(), pair.second()));
    received.closeDescriptors();
    assertThat(pair.first().isOpen()).isFalse();
    assertThat(pair.second().isOpen()).isFalse();
  }
}
