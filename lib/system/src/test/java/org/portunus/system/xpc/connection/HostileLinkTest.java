// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.system.xpc.connection.LinkPeer.frame;
import static org.portunus.system.xpc.connection.Workbench.codeOf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.Ticket;
import org.portunus.abi.wire.TicketKind;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.link.LinkSide;
import org.portunus.system.socket.PacketSocket;
import org.portunus.system.xpc.wire.InboundRight;
import org.portunus.system.xpc.wire.OutboundRights;

/** What a peer does with a link that no socket allows: it never stops, or fills what it can. */
@Timeout(60)
final class HostileLinkTest {
  private static final ConnectionLimits LIMITS =
      ConnectionLimits.standard(ConnectionLimits.FileRightTravel.DESCRIPTOR);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final byte[] NOTHING = {};
  private static final byte[] BELL = {0};
  private static final int[] NONE = {};

  /** Writes a frame on and on, whatever the reader says of itself. */
  private static final class Flood implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread;

    Flood(LinkPeer peer, byte[] frame) {
      thread =
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get()) {
                  boolean _ = peer.ring.write(frame);
                }
              });
    }

    @Override
    public void close() {
      over.set(true);
      while (thread.isAlive()) {
        Thread.onSpinWait();
      }
    }
  }

  /** A thread each: waiting tasks would fill a pool. */
  static void begin(Runnable task) {
    Thread.ofPlatform().daemon().start(task);
  }

  private static byte[] note(int number) {
    return new WireWriter().i32(number).toBytes();
  }

  @Test
  void bellsAreTakenInPortions() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      for (int i = 0; i < 150; i++) {
        assertThat(peer.socket.send(BELL, 1, NONE, 0)).isEqualTo(1);
      }
      assertThat(peer.near.collect()).isEqualTo(LinkTransport.Collected.OPEN);
      assertThat(peer.near.socket().receiveNow(new byte[8], new ArrayList<>())).isEqualTo(1);
      assertThat(peer.near.collect()).isEqualTo(LinkTransport.Collected.OPEN);
      assertThat(peer.near.collect()).isEqualTo(LinkTransport.Collected.OPEN);
      assertThat(peer.near.socket().receiveNow(new byte[8], new ArrayList<>()))
          .isEqualTo(PacketSocket.NOTHING);
      peer.near.close();
    }
  }

  @Test
  void theLastWordIsFoundBehindEveryBell() throws Exception {
    byte[] word = frame(Kind.GOODBYE, 0, 0, 0, 0, NOTHING);
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      for (int i = 0; i < 150; i++) {
        assertThat(peer.socket.send(BELL, 1, NONE, 0)).isEqualTo(1);
      }
      assertThat(peer.socket.send(word, word.length, NONE, 0)).isEqualTo(word.length);
      peer.socket.shutdown();
      for (int i = 0; i < 2; i++) {
        assertThat(peer.near.collect()).isEqualTo(LinkTransport.Collected.OPEN);
      }
      assertThat(peer.near.collect()).isEqualTo(LinkTransport.Collected.ENDED);
      InboundFrame into = new InboundFrame();
      assertThat(peer.near.takeLastWord(into)).isEqualTo(word.length);
      assertThat(peer.near.takeLastWord(into)).isZero();
      peer.near.close();
    }
  }

  @Test
  void anyOtherPacketBreaksTheLink() throws Exception {
    byte[] word = frame(Kind.GOODBYE, 0, 0, 0, 0, NOTHING);
    byte[] other = frame(Kind.CANCEL, 0, 0, 1, 0, NOTHING);
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      assertThat(peer.socket.send(other, other.length, NONE, 0)).isEqualTo(other.length);
      assertThat(peer.near.collect()).isEqualTo(LinkTransport.Collected.BROKEN);
      assertThat(peer.socket.send(word, word.length, NONE, 0)).isEqualTo(word.length);
      assertThat(peer.near.collect()).isEqualTo(LinkTransport.Collected.OPEN);
      assertThat(peer.socket.send(word, word.length, NONE, 0)).isEqualTo(word.length);
      assertThat(peer.near.collect()).isEqualTo(LinkTransport.Collected.BROKEN);
      try (Descriptor file = Descriptor.open(Path.of("/dev/null"), OpenFlag.READ_ONLY, 0)) {
        assertThat(peer.socket.send(BELL, 1, new int[] {file.raw()}, 1)).isEqualTo(1);
      }
      assertThat(peer.near.collect()).isEqualTo(LinkTransport.Collected.BROKEN);
      peer.near.close();
    }
  }

  @Test
  void ticketsWhereNobodyKeepsRightsEndTheSession() throws Exception {
    byte[] body = Arrays.copyOf(note(7), 4 + Ticket.BYTES);
    body[4] = (byte) TicketKind.FILE.number();
    byte[] request =
        frame(Kind.REQUEST, ConnectionFrame.ONEWAY | ConnectionFrame.TICKETS, 1, 2, 1, 0, note(7));
    WorkshopService service = new WorkshopService();
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      Session session = peer.serve(service, LIMITS);
      peer.greetAsClient(LIMITS);
      byte[] whole = Arrays.copyOf(request, ConnectionFrame.HEAD + body.length);
      System.arraycopy(body, 0, whole, ConnectionFrame.HEAD, body.length);
      peer.send(whole);
      assertThat(session.end().get(30, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.PROTOCOL);
      assertThat(service.notes).isEmpty();
    }
  }

  @Test
  void aPeerThatWritesOnAfterTheCloseIsLeft() throws Exception {
    WorkshopService service = new WorkshopService();
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      Session session = peer.serve(service, LIMITS);
      peer.greetAsClient(LIMITS);
      peer.send(frame(Kind.REQUEST, 0, 1, 1, 0, new WireWriter().bytes(NOTHING).toBytes()));
      assertThat(LinkPeer.head(peer.receive()).kind()).isEqualTo(Kind.REPLY);
      try (Flood flood = new Flood(peer, frame(Kind.CANCEL, 0, 0, 1, 0, NOTHING))) {
        assertThat(flood.thread.isAlive()).isTrue();
        session.drain();
        assertThat(session.end().get(30, TimeUnit.SECONDS)).isNotNull();
      }
    }
  }

  @Test
  void aPeerThatWritesOnAfterItsSocketEndedIsLeft() throws Exception {
    WorkshopService service = new WorkshopService();
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      Session session = peer.serve(service, LIMITS);
      peer.greetAsClient(LIMITS);
      peer.send(frame(Kind.REQUEST, 0, 1, 1, 0, new WireWriter().bytes(NOTHING).toBytes()));
      assertThat(LinkPeer.head(peer.receive()).kind()).isEqualTo(Kind.REPLY);
      try (Flood flood = new Flood(peer, frame(Kind.CANCEL, 0, 0, 1, 0, NOTHING))) {
        assertThat(flood.thread.isAlive()).isTrue();
        peer.socket.shutdown();
        assertThat(session.end().get(30, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.INTERRUPTED);
      }
    }
  }

  @Test
  void aFloodDoesNotOutlastADeadline() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.SERVICE)) {
      Workshop.Proxy client = peer.client(LIMITS, SHORT);
      CompletableFuture<Integer> call =
          CompletableFuture.supplyAsync(
              () -> client.count(step -> step, 1), HostileLinkTest::begin);
      peer.greetAsService(LIMITS);
      assertThat(LinkPeer.head(peer.receive()).kind()).isEqualTo(Kind.REQUEST);
      // One call back, then its cancel without end.
      peer.send(frame(Kind.REQUEST, 0, 1, 1, 1, note(1)));
      assertThat(LinkPeer.head(peer.receive()).kind()).isEqualTo(Kind.REPLY);
      try (Flood flood = new Flood(peer, frame(Kind.CANCEL, 0, 0, 1, 0, NOTHING))) {
        assertThat(flood.thread.isAlive()).isTrue();
        assertThat(failure(call)).isEqualTo(ErrorCode.DEADLINE);
      }
    }
  }

  @Test
  void aCallerDoesNotWaitForTheHandlersOfThisSide() throws Exception {
    ConnectionLimits patient =
        new ConnectionLimits(
            1 << 20,
            16,
            256,
            16,
            2,
            2 << 20,
            64,
            ConnectionLimits.FileRightTravel.DESCRIPTOR,
            Duration.ofMinutes(10));
    WorkshopService blocks = new WorkshopService();
    try (LinkPeer peer = new LinkPeer(LinkSide.SERVICE)) {
      Workshop.Proxy client = peer.client(patient, Duration.ofSeconds(3));
      CompletableFuture<Integer> call =
          CompletableFuture.supplyAsync(
              () -> client.count(step -> blocked(blocks), 1), HostileLinkTest::begin);
      peer.greetAsService(patient);
      assertThat(LinkPeer.head(peer.receive()).kind()).isEqualTo(Kind.REQUEST);
      byte[] chunk = new byte[ConnectionFrame.MAX_BODY];
      for (int number = 1; number <= 2; number++) {
        peer.send(frame(Kind.REQUEST, 0, 1, number, 1, note(1)));
      }
      blocks.blocked.acquire(2);
      CompletableFuture<Void> rest =
          CompletableFuture.runAsync(
              () -> {
                for (int number = 3; number <= 8; number++) {
                  for (int i = 0; i < 15; i++) {
                    if (!peer.ring.write(
                        frame(Kind.REQUEST, ConnectionFrame.MORE, 1, number, 1, chunk))) {
                      LockSupport.parkNanos(100_000);
                      i--;
                    }
                    if (call.isDone()) {
                      return;
                    }
                  }
                  peer.send(frame(Kind.REQUEST, 0, 1, number, 1, chunk));
                }
              },
              HostileLinkTest::begin);
      assertThat(failure(call)).isEqualTo(ErrorCode.DEADLINE);
      blocks.release.release(100);
      assertThat(rest).isNotNull();
    }
  }

  private static int blocked(WorkshopService service) {
    try {
      service.block();
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private static ErrorCode failure(CompletableFuture<?> call) {
    return codeOf(() -> {
      try {
        call.get(40, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw e.getCause();
      }
    });
  }

  /** An exchange that only ends connections. */
  private static final class Judge implements RightExchange {
    private Consumer<PortunusException> listener = _ -> {};

    @Override
    public boolean takes(OutboundRights rights) {
      return false;
    }

    @Override
    public Deposited deposit(long sequence, OutboundRights rights, List<Ticket> tickets) {
      return Deposited.REFUSED;
    }

    @Override
    public void withdraw(long sequence, OutboundRights rights) {}

    @Override
    public List<InboundRight> redeem(long sequence, List<Ticket> tickets) {
      throw new PortunusException(ErrorCode.RIGHT_REFUSED, "nothing was deposited");
    }

    @Override
    public void discard(long sequence) {}

    @Override
    public void whenEnded(Consumer<PortunusException> newListener) {
      listener = newListener;
    }

    @Override
    public void close() {}
  }

  @Test
  void whyTheKernelTookTheLinkIsTheReasonOfTheEnd() throws Exception {
    Judge judge = new Judge();
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT, Optional.of(judge))) {
      Session session = peer.serve(new WorkshopService(), LIMITS);
      peer.greetAsClient(LIMITS);
      peer.sever();
      judge.listener.accept(new PortunusException(ErrorCode.PROTOCOL, "wrong tickets"));
      peer.near.revoked();
      ErrorBody why = session.end().get(30, TimeUnit.SECONDS);
      assertThat(why.code()).isEqualTo(ErrorCode.PROTOCOL);
      assertThat(why.detail()).contains("wrong tickets");
      assertThat(session.isRevoked()).isFalse();
    }
  }

  @Test
  void aLinkThatIsTakenWithoutAReasonIsRevoked() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT, Optional.of(new Judge()))) {
      Session session = peer.serve(new WorkshopService(), LIMITS);
      peer.greetAsClient(LIMITS);
      peer.sever();
      peer.near.revoked();
      assertThat(session.end().get(30, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.INVALID);
      assertThat(session.isRevoked()).isTrue();
    }
  }

  @Test
  void aRequestOverTheSocketIsNotRun() throws Exception {
    WorkshopService service = new WorkshopService();
    byte[] request = frame(Kind.REQUEST, ConnectionFrame.ONEWAY, 2, 1, 0, note(7));
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      Session session = peer.serve(service, LIMITS);
      peer.greetAsClient(LIMITS);
      assertThat(peer.socket.send(request, request.length, NONE, 0)).isPositive();
      peer.socket.shutdown();
      assertThat(session.end().get(30, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.PROTOCOL);
      CompletableFuture<Void> ended = new CompletableFuture<>();
      session.whenCallsHaveEnded(() -> ended.complete(null));
      ended.get(30, TimeUnit.SECONDS);
      assertThat(service.notes).isEmpty();
    }
  }

  @Test
  void aSecondCallRingsForAPeerThatMayBeRunningTheFirst() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.SERVICE)) {
      Workshop.Proxy client = peer.client(LIMITS, Workbench.PATIENCE);
      CompletableFuture<byte[]> first =
          CompletableFuture.supplyAsync(() -> client.echo(NOTHING), HostileLinkTest::begin);
      peer.greetAsService(LIMITS);
      assertThat(LinkPeer.head(peer.receive()).kind()).isEqualTo(Kind.REQUEST);
      byte[] packet = new byte[8];
      while (peer.socket.receiveNow(packet, new ArrayList<>()) == 1) {
        Thread.onSpinWait();
      }
      // The peer says that it is awake, and runs the first call: it reads nothing.
      CompletableFuture<byte[]> second =
          CompletableFuture.supplyAsync(() -> client.echo(NOTHING), HostileLinkTest::begin);
      assertThat(peer.socket.receive(packet, new ArrayList<>())).isEqualTo(1);
      assertThat(LinkPeer.head(peer.receive()).call()).isEqualTo(2);
      byte[] result = new WireWriter().bytes(NOTHING).toBytes();
      peer.send(frame(Kind.REPLY, 0, 0, 1, 0, result));
      peer.send(frame(Kind.REPLY, 0, 0, 2, 0, result));
      assertThat(first.get(30, TimeUnit.SECONDS)).isEmpty();
      assertThat(second.get(30, TimeUnit.SECONDS)).isEmpty();
    }
  }

  @Test
  void aPeerThatLeavesAndKeepsTheMemoryLeavesNoRings() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      Session session = peer.serve(new WorkshopService(), LIMITS);
      peer.greetAsClient(LIMITS);
      MemorySegment rings = peer.ring.memory().asSlice(LinkLayout.RINGS_AT);
      assertThat(rings.mismatch(MemorySegment.ofArray(new byte[4096]))).isLessThan(4096);
      peer.socket.shutdown();
      assertThat(session.end().get(30, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.INTERRUPTED);
      for (long at = 0; at < rings.byteSize(); at += Long.BYTES) {
        assertThat(rings.get(ValueLayout.JAVA_LONG, at)).isZero();
      }
      assertThat(peer.near.wasRead(0)).isTrue();
    }
  }
}
