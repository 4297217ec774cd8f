// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.LinkList;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.linux.call.Errno;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.linux.socket.WaitMode;

/** Frames that the kernel's loop carries from one socket to the other. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class RelayTest {
  private static final int FORBIDDEN = 77;
  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;
  private static final int ROUNDS = 1000;

  private final CompletableFuture<Relay> ended = new CompletableFuture<>();
  private final CompletableFuture<String> broken = new CompletableFuture<>();
  private final AtomicInteger turns = new AtomicInteger();
  private EventLoop loop;
  private Thread thread;
  private Relay relay;
  private SeqpacketChannel client;
  private SeqpacketChannel service;
  private ReceivedMessage received;

  @BeforeEach
  void start() throws Exception {
    loop = new EventLoop();
    UnixSocket.Pair first = UnixSocket.pair();
    UnixSocket.Pair second = UnixSocket.pair();
    client = SeqpacketChannel.of(first.first(), LONGEST + 1);
    service = SeqpacketChannel.of(second.first(), LONGEST);
    received = new ReceivedMessage(LONGEST);
    relay =
        new Relay(
            loop,
            new Closer(),
            new ReceivedMessage(LONGEST),
            first.second(),
            second.second(),
            method -> method != FORBIDDEN,
            new Recorder());
    thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                loop.run();
              } catch (Exception broken) {
                ended.completeExceptionally(broken);
              }
            });
  }

  /** Takes every turn at once. */
  private final class Recorder implements Relay.Listener {
    @Override
    public void ready(Relay moved) {
      turns.incrementAndGet();
      moved.turn();
    }

    @Override
    public void broken(Relay over, ConnectionSide by, String what) {
      broken.complete(by + ": " + what);
      over.end();
    }

    @Override
    public void refused(Relay over, int method) {
      broken.complete("refused: " + method);
      over.end();
    }

    @Override
    public void ended(Relay over) {
      ended.complete(over);
    }
  }

  private <T> T onLoop(Supplier<T> question) throws Exception {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.post(() -> answer.complete(question.get()));
    return answer.get();
  }

  @AfterEach
  void stop() throws InterruptedException {
    loop.stop();
    thread.join();
    loop.close();
    client.close();
    service.close();
    received.close();
  }

  private static byte[] frame(Kind kind, long call, int length, int descriptors) {
    ByteBuffer frame = ByteBuffer.allocate(ConnectionFrame.HEAD + length);
    new ConnectionFrame(kind, 0, descriptors, 1, call, 0, length, 0).write(frame);
    return frame.array();
  }

  private static int send(SeqpacketChannel from, byte[] frame, int... descriptors) {
    return from.send(frame, 0, frame.length, descriptors, descriptors.length, WaitMode.WAIT);
  }

  private long receivedCall(SeqpacketChannel at) {
    int length = at.receive(received, WaitMode.WAIT);
    assertThat(length).isGreaterThanOrEqualTo(ConnectionFrame.HEAD);
    return Long.reverseBytes(received.data().asByteBuffer().getLong(8));
  }

  @Test
  void framesPassInOrderBothWaysAndAreCounted() throws Exception {
    for (int i = 1; i <= 100; i++) {
      assertThat(send(client, frame(Kind.REQUEST, i, i, 0))).isPositive();
      assertThat(receivedCall(service)).isEqualTo(i);
      assertThat(send(service, frame(Kind.REPLY, i, 0, 0))).isPositive();
      assertThat(receivedCall(client)).isEqualTo(i);
    }
    assertThat(onLoop(() -> relay.from(ConnectionSide.CLIENT)))
        .isEqualTo(new LinkList.Traffic(100, 100 * ConnectionFrame.HEAD + 5050));
    assertThat(onLoop(() -> relay.from(ConnectionSide.SERVICE)))
        .isEqualTo(new LinkList.Traffic(100, 100 * ConnectionFrame.HEAD));
  }

  @Test
  void aMethodThatIsNotAllowedEndsItAndDoesNotArrive() throws Exception {
    assertThat(send(client, request(FORBIDDEN, 1))).isPositive();
    assertThat(receivedCall(service)).as("an object that the service passed").isEqualTo(1);
    assertThat(send(client, request(FORBIDDEN, 0))).isPositive();
    assertThat(broken.get()).isEqualTo("refused: " + FORBIDDEN);
    assertThat(ended.get()).isSameAs(relay);
    assertThat(service.receive(received, WaitMode.WAIT)).isZero();
  }

  private static byte[] request(int method, int object) {
    ByteBuffer frame = ByteBuffer.allocate(ConnectionFrame.HEAD);
    new ConnectionFrame(Kind.REQUEST, 0, 0, method, 1, object, 0, 0).write(frame);
    return frame.array();
  }

  @Test
  void descriptorsBreakItAndTheKernelKeepsNone() throws Exception {
    try (MemoryFile file = MemoryFile.create("passed")) {
      assertThat(send(client, frame(Kind.REQUEST, 1, 0, 1), file.descriptor().raw())).isPositive();
    }
    assertThat(broken.get()).startsWith("CLIENT: 1 descriptors").contains("tickets");
    assertThat(ended.get()).isSameAs(relay);
    assertThat(service.receive(received, WaitMode.WAIT)).isZero();
    long until = System.nanoTime() + 20_000_000_000L;
    while (openMemory() > 0) {
      assertThat(System.nanoTime()).as("a descriptor is kept").isLessThan(until);
      Thread.onSpinWait();
    }
  }

  private static long openMemory() throws IOException {
    long open = 0;
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path each : all.toList()) {
        open += Files.isSymbolicLink(each) && nameOf(each).contains("memfd:passed") ? 1 : 0;
      }
    }
    return open;
  }

  private static String nameOf(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException closedMeanwhile) {
      return "";
    }
  }

  @Test
  void whoDoesNotReadStopsItsPeerAndNothingIsLost() {
    byte[] frame = frame(Kind.REQUEST, 1, ConnectionFrame.MAX_BODY, 0);
    int sent = 0;
    Optional<Integer> refusal = Optional.empty();
    int quiet = 0;
    while (quiet < 1000) {
      int result = client.send(frame, 0, frame.length, WaitMode.DONT_WAIT);
      if (result > 0) {
        sent++;
        quiet = 0;
      } else {
        refusal = Optional.of(result);
        quiet++;
        Thread.onSpinWait();
      }
      assertThat(sent).isLessThan(64);
    }
    assertThat(Errno.EAGAIN.is(refusal.orElseThrow())).isTrue();
    for (int i = 0; i < sent; i++) {
      assertThat(receivedCall(service)).isEqualTo(1);
    }
    assertThat(send(client, frame(Kind.REQUEST, 2, 0, 0))).isPositive();
    assertThat(receivedCall(service)).isEqualTo(2);
  }

  @Test
  void theEndOfOneSideIsTheEndOfTheOtherAfterWhatWasSent() throws Exception {
    assertThat(send(client, frame(Kind.REQUEST, 1, 5, 0))).isPositive();
    client.close();
    assertThat(receivedCall(service)).isEqualTo(1);
    assertThat(service.receive(received, WaitMode.WAIT)).isZero();
    assertThat(ended.get()).isSameAs(relay);
  }

  @Test
  void aServiceThatStopsToTakeStillAnswers() throws Exception {
    assertThat(send(client, frame(Kind.REQUEST, 1, 0, 0))).isPositive();
    assertThat(receivedCall(service)).isEqualTo(1);
    assertThat(service.shutdown(UnixSocket.Direction.RECEIVE)).isZero();
    int result = 1;
    while (result > 0) {
      result = send(client, frame(Kind.REQUEST, 2, 0, 0));
    }
    assertThat(Errno.EPIPE.is(result)).isTrue();
    assertThat(send(service, frame(Kind.REPLY, 1, 0, 0))).isPositive();
    assertThat(receivedCall(client)).isEqualTo(1);
    client.close();
    assertThat(ended.get()).isSameAs(relay);
  }

  @Test
  void whatIsNoFrameEndsTheConnection() throws Exception {
    byte[] lies = frame(Kind.REQUEST, 1, 10, 0);
    lies[20] = 11;
    assertThat(send(client, lies)).isPositive();
    assertThat(broken.get()).startsWith("CLIENT: ");
    assertThat(ended.get()).isSameAs(relay);
    assertThat(service.receive(received, WaitMode.WAIT)).isZero();
  }

  @Test
  void answersAreReadBeforeTheEndAlsoWhenNobodyTookWhatTheClientSent() throws Exception {
    byte[] large = frame(Kind.REQUEST, 1, ConnectionFrame.MAX_BODY, 0);
    int sent = fill(client, large);
    assertThat(send(service, frame(Kind.REPLY, 7, 3, 0))).isPositive();
    assertThat(send(service, frame(Kind.REPLY, 8, 3, 0))).isPositive();
    assertThat(sent).isGreaterThan(2);
    while (onLoop(() -> relay.from(ConnectionSide.SERVICE).frames()) < 2) {
      Thread.onSpinWait();
    }
    service.close();
    assertThat(ended.get()).isSameAs(relay);
    assertThat(receivedCall(client)).isEqualTo(7);
    assertThat(receivedCall(client)).isEqualTo(8);
    assertThat(client.receive(received, WaitMode.WAIT)).isZero();
  }

  /** Sends until nothing is taken any more. */
  private static int fill(SeqpacketChannel from, byte[] frame) {
    int sent = 0;
    int quiet = 0;
    while (quiet < 10_000) {
      if (from.send(frame, 0, frame.length, new int[0], 0, WaitMode.DONT_WAIT) > 0) {
        sent++;
        quiet = 0;
      } else {
        quiet++;
        Thread.onSpinWait();
      }
      assertThat(sent).isLessThan(64);
    }
    return sent;
  }

  /** The loop looks for events at least so often. */
  private void awaitRounds() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      assertThat(onLoop(() -> true)).isTrue();
    }
  }

  @Test
  void aClientThatIsGoneWhileItsFramesWaitCostsTheLoopNothing() throws Exception {
    int sent = fill(client, frame(Kind.REQUEST, 1, ConnectionFrame.MAX_BODY, 0));
    client.close();
    awaitRounds();
    int before = turns.get();
    awaitRounds();
    assertThat(turns.get() - before).as("turns without anything to move").isLessThan(ROUNDS / 10);
    for (int i = 0; i < sent; i++) {
      assertThat(receivedCall(service)).isEqualTo(1);
    }
    assertThat(service.receive(received, WaitMode.WAIT)).isZero();
    assertThat(ended.get()).isSameAs(relay);
  }

  @Test
  void bothGoWhileBothWaitForTheOther() throws Exception {
    byte[] large = frame(Kind.REQUEST, 1, ConnectionFrame.MAX_BODY, 0);
    assertThat(fill(client, large)).isPositive();
    assertThat(fill(service, large)).isPositive();
    client.close();
    service.close();
    assertThat(ended.get()).isSameAs(relay);
  }

  @Test
  void whatTheClientSentBeforeItWasDoneStillPasses() throws Exception {
    int sent = fill(client, frame(Kind.REQUEST, 1, ConnectionFrame.MAX_BODY, 0));
    assertThat(
            onLoop(() -> {
              relay.finish();
              return true;
            }))
        .isTrue();
    assertThat(Errno.EPIPE.is(send(client, frame(Kind.REQUEST, 2, 0, 0)))).isTrue();
    for (int i = 0; i < sent; i++) {
      assertThat(receivedCall(service)).isEqualTo(1);
    }
    assertThat(service.receive(received, WaitMode.WAIT)).isZero();
    assertThat(ended.get()).isSameAs(relay);
  }

  @Test
  void nothingPassesOnceItIsFrozenAndEachSideIsClosedWithItsTask() throws Exception {
    assertThat(
            onLoop(() -> {
              relay.freeze();
              return true;
            }))
        .isTrue();
    assertThat(send(client, frame(Kind.REQUEST, 1, 0, 0))).isPositive();
    assertThat(send(service, frame(Kind.REPLY, 1, 0, 0))).isPositive();
    client.close();
    assertThat(service.receive(received, WaitMode.DONT_WAIT)).isEqualTo(-Errno.EAGAIN.number());
    assertThat(ended).isNotDone();
    service.close();
    assertThat(ended.get()).isSameAs(relay);
    assertThat(relay.from(ConnectionSide.CLIENT).frames()).isZero();
  }

  @Test
  void garbageOfEverySeedEndsItOrPassesWhole() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] bytes = new byte[random.nextInt(1, 4 * ConnectionFrame.HEAD)];
    int good = 0;
    while (!broken.isDone()) {
      random.nextBytes(bytes);
      ByteBuffer head = ByteBuffer.wrap(bytes);
      boolean lies = random.nextInt(4) == 0 || bytes.length < ConnectionFrame.HEAD;
      if (!lies) {
        new ConnectionFrame(Kind.REQUEST, 0, 0, 1, 1, 0, bytes.length - ConnectionFrame.HEAD, 0)
            .write(head);
      } else {
        bytes[0] = 0;
      }
      int result = send(client, bytes);
      if (lies) {
        assertThat(broken.get()).as("seed %d", seed).startsWith("CLIENT: ");
      } else {
        assertThat(result).as("seed %d", seed).isEqualTo(bytes.length);
        assertThat(receivedCall(service)).as("seed %d", seed).isEqualTo(1);
        good++;
      }
    }
    assertThat(relay.from(ConnectionSide.CLIENT).frames()).as("seed %d", seed).isEqualTo(good);
    assertThat(ended.get()).isSameAs(relay);
  }
}
