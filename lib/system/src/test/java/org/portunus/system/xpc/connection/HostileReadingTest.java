// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.system.xpc.connection.LinkPeer.frame;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.WireWriter;
import org.portunus.system.link.LinkSide;

/** What a peer does to whoever reads a link: it writes on and on, or just when nobody looks. */
@Timeout(60)
final class HostileReadingTest {
  private static final ConnectionLimits LIMITS =
      ConnectionLimits.standard(ConnectionLimits.FileRightTravel.DESCRIPTOR);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final byte[] NOTHING = {};

  /**
   * Counts frames; before it says that it expects more, which is when its thread is about to turn
   * away, the peer writes a record that it does not ring for, since it is told that somebody reads.
   */
  private static final class Surprised implements Reception.Taker {
    private final LinkPeer peer;
    final AtomicInteger taken = new AtomicInteger();
    final CompletableFuture<Void> second = new CompletableFuture<>();
    private final PendingCall call;
    private boolean surprised;

    Surprised(LinkPeer peer, PendingCall call) {
      this.peer = peer;
      this.call = call;
    }

    @Override
    public void take(InboundFrame frame, int length) {
      if (taken.incrementAndGet() == 1) {
        call.reply(NOTHING, 0, 0, MessageRights.NONE);
      } else {
        second.complete(null);
      }
    }

    @Override
    public boolean isOver() {
      return false;
    }

    @Override
    public boolean hasRoom() {
      return true;
    }

    @Override
    public boolean expectsMore() {
      if (taken.get() == 1 && !surprised) {
        surprised = true;
        assertThat(peer.ring.write(frame(Kind.CANCEL, 0, 0, 2, 0, NOTHING))).isTrue();
      }
      return true;
    }
  }

  @Test
  void whoTurnsAwayLooksOnceMore() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.SERVICE);
        LinkPeer other = new LinkPeer(LinkSide.CLIENT)) {
      LinkReception reception = (LinkReception) peer.near.reception();
      PendingCall call = new PendingCall(new CallTable(), anyPeer(other));
      Surprised taker = new Surprised(peer, call);
      CompletableFuture<Optional<Exception>> session = start(reception, taker);
      peer.awaitWaiter();
      CompletableFuture<Void> caller =
          CompletableFuture.runAsync(
              () -> {
                try {
                  reception.await(call, Until.after(Workbench.PATIENCE));
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              },
              HostileLinkTest::begin);
      peer.awaitAttention(Attention.ASLEEP);
      assertThat(peer.ring.write(frame(Kind.CANCEL, 0, 0, 1, 0, NOTHING))).isTrue();
      caller.get(30, TimeUnit.SECONDS);
      taker.second.get(10, TimeUnit.SECONDS);
      peer.socket.shutdown();
      session.get(30, TimeUnit.SECONDS);
      peer.near.close();
    }
  }

  @Test
  void whatEndsALinkThatHasEndedDoesNothing() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      Session session = peer.serve(new WorkshopService(), LIMITS);
      peer.socket.shutdown();
      assertThat(session.end().get(30, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.INTERRUPTED);
      session.drain();
      peer.near.shutdownReceive();
      peer.near.shutdown();
    }
  }

  /** For each record that is taken the peer writes another: the ring is never empty. */
  private record Endless(LinkPeer peer, AtomicInteger taken) implements Reception.Taker {
    @Override
    public void take(InboundFrame frame, int length) {
      taken.incrementAndGet();
      assertThat(peer.ring.write(frame(Kind.CANCEL, 0, 0, 1, 0, NOTHING))).isTrue();
    }

    @Override
    public boolean isOver() {
      return false;
    }

    @Override
    public boolean hasRoom() {
      return true;
    }

    @Override
    public boolean expectsMore() {
      return true;
    }
  }

  @Test
  void aRecordAfterEachDoesNotOutlastADeadline() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.SERVICE);
        LinkPeer other = new LinkPeer(LinkSide.CLIENT)) {
      LinkReception reception = (LinkReception) peer.near.reception();
      PendingCall call = new PendingCall(new CallTable(), anyPeer(other));
      Endless taker = new Endless(peer, new AtomicInteger());
      CompletableFuture<Optional<Exception>> session = start(reception, taker);
      peer.awaitWaiter();
      CompletableFuture<Void> caller =
          CompletableFuture.runAsync(
              () -> {
                try {
                  reception.await(call, Until.after(SHORT));
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              },
              HostileLinkTest::begin);
      peer.awaitAttention(Attention.ASLEEP);
      assertThat(peer.ring.write(frame(Kind.CANCEL, 0, 0, 1, 0, NOTHING))).isTrue();
      caller.get(15, TimeUnit.SECONDS);
      assertThat(taker.taken.get()).isGreaterThan(100);
      peer.near.shutdown();
      session.get(15, TimeUnit.SECONDS);
      peer.near.close();
    }
  }

  @Test
  void aRecordAfterEachDoesNotOutlastTheEnd() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.SERVICE)) {
      LinkReception reception = (LinkReception) peer.near.reception();
      Endless taker = new Endless(peer, new AtomicInteger());
      assertThat(peer.ring.write(frame(Kind.CANCEL, 0, 0, 1, 0, NOTHING))).isTrue();
      peer.socket.shutdown();
      CompletableFuture<Optional<Exception>> session = start(reception, taker);
      session.get(15, TimeUnit.SECONDS);
      peer.near.close();
    }
  }

  @Test
  void aRecordAfterEachKeepsTheWaiterFromNoOtherLink() throws Exception {
    LinkWaiter waiter = LinkWaiter.start(LinkPeer.NO_TICK);
    try (LinkPeer hostile = new LinkPeer(LinkSide.CLIENT, waiter);
        LinkPeer honest = new LinkPeer(LinkSide.CLIENT, waiter)) {
      Endless taker = new Endless(hostile, new AtomicInteger());
      CompletableFuture<Optional<Exception>> flooded =
          start((LinkReception) hostile.near.reception(), taker);
      hostile.send(frame(Kind.CANCEL, 0, 0, 1, 0, NOTHING));
      while (taker.taken.get() < 1000) {
        Thread.onSpinWait();
      }
      Session session = honest.serve(new WorkshopService(), LIMITS);
      honest.greetAsClient(LIMITS);
      honest.socket.shutdown();
      assertThat(session.end().get(15, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.INTERRUPTED);
      hostile.socket.shutdown();
      assertThat(flooded.get(15, TimeUnit.SECONDS)).isEmpty();
      hostile.near.close();
    }
  }

  private static CompletableFuture<Optional<Exception>> start(
      LinkReception reception, Reception.Taker taker) {
    CompletableFuture<Optional<Exception>> session = new CompletableFuture<>();
    reception.start("hostile", taker, session::complete);
    return session;
  }

  /** A taker whose memory runs out on a caller's thread. */
  private static final class Exhausted implements Reception.Taker {
    @Override
    public void take(InboundFrame frame, int length) {
      throw new OutOfMemoryError("as if");
    }

    @Override
    public boolean isOver() {
      return false;
    }

    @Override
    public boolean hasRoom() {
      return true;
    }

    @Override
    public boolean expectsMore() {
      return true;
    }
  }

  private static SessionPeer anyPeer(LinkPeer peer) {
    return peer.serve(new WorkshopService(), LIMITS).ownPeer();
  }

  @Test
  void memoryThatRunsOutInACallerEndsTheSession() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.SERVICE);
        LinkPeer other = new LinkPeer(LinkSide.CLIENT)) {
      LinkReception reception = (LinkReception) peer.near.reception();
      CompletableFuture<Optional<Exception>> session = start(reception, new Exhausted());
      peer.awaitAttention(Attention.AWAY);
      PendingCall call = new PendingCall(new CallTable(), anyPeer(other));
      CompletableFuture<Void> caller =
          CompletableFuture.runAsync(
              () -> {
                try {
                  reception.await(call, Until.after(Duration.ofSeconds(1)));
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              },
              HostileLinkTest::begin);
      peer.awaitAttention(Attention.ASLEEP);
      peer.send(frame(Kind.CANCEL, 0, 0, 1, 0, NOTHING));
      caller.get(30, TimeUnit.SECONDS);
      assertThat(session.get(30, TimeUnit.SECONDS))
          .hasValueSatisfying(met ->
              assertThat(met)
                  .isInstanceOfSatisfying(
                      PortunusException.class,
                      refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.LIMIT_MEMORY)));
      peer.near.close();
    }
  }

  private static CompletableFuture<byte[]> echo(Workshop.Proxy client) {
    return CompletableFuture.supplyAsync(() -> client.echo(NOTHING), HostileLinkTest::begin);
  }

  @Test
  void whatAPeerThatEndedHadNotReadGoesOverTheNextConnection() throws Exception {
    try (LinkPeer next = new LinkPeer(LinkSide.SERVICE)) {
      CompletableFuture<byte[]> call;
      try (LinkPeer first = new LinkPeer(LinkSide.SERVICE)) {
        call = echo(first.client(LIMITS, Workbench.PATIENCE, Optional.of(next)));
        first.greetAsService(LIMITS);
        while (!first.ring.hasRecord()) {
          Thread.onSpinWait();
        }
      }
      next.greetAsService(LIMITS);
      assertThat(LinkPeer.head(next.receive()).kind()).isEqualTo(Kind.REQUEST);
      next.send(frame(Kind.REPLY, 0, 0, 1, 0, new WireWriter().bytes(NOTHING).toBytes()));
      assertThat(call.get(30, TimeUnit.SECONDS)).isEmpty();
    }
  }

  @Test
  void whatAPeerThatEndedHadReadIsInterrupted() throws Exception {
    CompletableFuture<byte[]> call;
    try (LinkPeer next = new LinkPeer(LinkSide.SERVICE)) {
      try (LinkPeer first = new LinkPeer(LinkSide.SERVICE)) {
        call = echo(first.client(LIMITS, Workbench.PATIENCE, Optional.of(next)));
        first.greetAsService(LIMITS);
        assertThat(LinkPeer.head(first.receive()).kind()).isEqualTo(Kind.REQUEST);
      }
      assertThat(call)
          .failsWithin(Workbench.PATIENCE)
          .withThrowableOfType(ExecutionException.class)
          .havingCause()
          .asInstanceOf(InstanceOfAssertFactories.throwable(PortunusException.class))
          .extracting(PortunusException::code)
          .isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(next.ring.hasRecord()).isFalse();
    }
  }
}
