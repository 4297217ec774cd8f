// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.port.KernelExchange.Received;
import org.portunus.system.socket.FrameSocket;
import org.portunus.system.socket.PacketSocket;

/** Who reads while one thread asks again and again, others wait too, and events come. */
@Timeout(60)
final class FrameReadingTest {
  private static final int QUESTIONS = 3_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final AtomicInteger events = new AtomicInteger();
  private final Set<Thread> readers = ConcurrentHashMap.newKeySet();
  private PacketSocket peer;
  private KernelExchange exchange;

  @BeforeEach
  void connect() throws LinuxException {
    UnixSocket.Pair pair = UnixSocket.pair();
    int longest = KernelExchange.maximumFrame();
    peer = PacketSocket.of(pair.second(), longest);
    exchange =
        new KernelExchange(
            PacketSocket.of(pair.first(), longest),
            event -> {
              readers.add(Thread.currentThread());
              events.incrementAndGet();
            });
    exchange.start();
  }

  @AfterEach
  void close() {
    exchange.close();
    peer.close();
  }

  /** Answers each request, with an event before each tenth answer, until the other side ends. */
  private void answer() {
    byte[] bytes = new byte[KernelExchange.maximumFrame()];
    int count = 0;
    try {
      int length = peer.receive(bytes, new ArrayList<>());
      while (length > 0) {
        byte[] exact = new byte[length];
        System.arraycopy(bytes, 0, exact, 0, length);
        KernelFrame request = KernelFrame.read(exact, 0);
        if (count++ % 10 == 0) {
          send(KernelFrame.EVENT, 0, new byte[0]);
        }
        send(KernelFrame.REPLY, request.sequence(), request.body());
        length = peer.receive(bytes, new ArrayList<>());
      }
    } catch (Exception broken) {
      throw new AssertionError(broken);
    }
  }

  private void send(int kind, long sequence, byte[] body) {
    byte[] frame =
        new KernelFrame(KernelOperation.PORT_TYPE.number(), kind, 0, sequence, 0, body).toBytes();
    while (peer.send(frame, frame.length, new int[0], 0) == FrameSocket.FULL) {
      peer.awaitRoom(1_000_000);
    }
  }

  private Received ask(int question) {
    return exchange.await(exchange.send(KernelOperation.PORT_TYPE, body(question), List.of()));
  }

  private static byte[] body(int question) {
    return new byte[] {(byte) question, (byte) (question >> 8)};
  }

  private int askMany() {
    int right = 0;
    for (int i = 0; i < QUESTIONS; i++) {
      right += ask(i).frame().body()[0] == (byte) i ? 1 : 0;
    }
    return right;
  }

  private int askWithPatience() {
    int right = 0;
    for (int i = 0; i < QUESTIONS; i++) {
      Received reply =
          exchange
              .await(exchange.send(KernelOperation.PORT_TYPE, body(i), List.of()), PATIENCE)
              .orElseThrow();
      right += reply.frame().body()[0] == (byte) i ? 1 : 0;
    }
    return right;
  }

  /** On a thread that may read: those of the tests are of a pool that replaces who waits. */
  private static <T> T onThread(Callable<T> work) throws Exception {
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      return one.submit(work).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof Exception cause ? cause : failure;
    }
  }

  @Test
  void everyQuestionIsAnsweredWhoeverReads() throws Exception {
    Thread answering = Thread.ofPlatform().start(this::answer);
    assertThat(onThread(this::askMany)).isEqualTo(QUESTIONS);
    try (ExecutorService all = Executors.newCachedThreadPool()) {
      List<Future<Integer>> running =
          List.of(
              all.submit(this::askMany),
              all.submit(this::askMany),
              all.submit(this::askWithPatience),
              Executors.newVirtualThreadPerTaskExecutor().submit(this::askMany));
      for (Future<Integer> each : running) {
        assertThat(each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(QUESTIONS);
      }
    }
    assertThat(events).hasValue(5 * QUESTIONS / 10);
    exchange.close();
    answering.join();
  }

  @Test
  void whoAsksReads() throws Exception {
    Thread answering = Thread.ofPlatform().start(this::answer);
    Thread asking = Thread.ofPlatform().start(this::askMany);
    asking.join();
    assertThat(readers).contains(asking);
    exchange.close();
    answering.join();
  }

  @Test
  void aThreadOfAPoolThatReplacesThoseThatWaitDoesNotRead() throws Exception {
    Thread answering = Thread.ofPlatform().start(this::answer);
    try (ForkJoinPool pool = new ForkJoinPool(1)) {
      assertThat(pool.submit(this::askMany).get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isEqualTo(QUESTIONS);
    }
    assertThat(readers).hasSize(1);
    exchange.close();
    answering.join();
  }

  @Test
  void whatNobodyWaitsForIsReadAfterABurst() throws Exception {
    Thread answering = Thread.ofPlatform().start(this::answer);
    assertThat(onThread(this::askMany)).isEqualTo(QUESTIONS);
    int before = events.get();
    send(KernelFrame.EVENT, 0, new byte[0]);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (events.get() == before && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(events).hasValue(before + 1);
    exchange.close();
    answering.join();
  }

  @Test
  void theEndReachesWhoLeads() throws Exception {
    Thread answering = Thread.ofPlatform().start(this::answer);
    assertThat(onThread(this::askMany)).isEqualTo(QUESTIONS);
    // Nobody answers this one: the peer goes away once it has read it.
    Thread.ofPlatform()
        .start(() -> {
          exchange.close();
          assertThat(exchange.end()).succeedsWithin(PATIENCE);
        })
        .join();
    answering.join();
    assertThatThrownBy(() -> onThread(() -> ask(1)))
        .isInstanceOfSatisfying(
            PortunusException.class,
            ended -> assertThat(ended.code()).isEqualTo(ErrorCode.INSTANCE_ENDED));
  }

  @Test
  void theEndReachesWhoWaitsForAnAnswer() throws Exception {
    Thread answering = Thread.ofPlatform().start(this::answerSome);
    assertThat(onThread(this::askMany)).isEqualTo(QUESTIONS);
    assertThatThrownBy(() -> onThread(() -> ask(1)))
        .isInstanceOfSatisfying(
            PortunusException.class,
            ended -> assertThat(ended.code()).isEqualTo(ErrorCode.INSTANCE_ENDED));
    answering.join();
  }

  /** Answers so many, reads one more and goes. */
  private void answerSome() {
    byte[] bytes = new byte[KernelExchange.maximumFrame()];
    try {
      for (int i = 0; i <= QUESTIONS; i++) {
        int length = peer.receive(bytes, new ArrayList<>());
        byte[] exact = new byte[length];
        System.arraycopy(bytes, 0, exact, 0, length);
        KernelFrame request = KernelFrame.read(exact, 0);
        if (i < QUESTIONS) {
          send(KernelFrame.REPLY, request.sequence(), request.body());
        }
      }
    } catch (Exception broken) {
      throw new AssertionError(broken);
    }
    peer.shutdown();
  }
}
