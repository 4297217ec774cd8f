// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.system.link.LinkSide;
import org.portunus.system.xpc.wire.Decoder;
import org.portunus.system.xpc.wire.Encoder;
import org.portunus.system.xpc.wire.Peer;

/** Memory in a request that is closed when a part of the request was sent. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TornRequestTest {
  private static final int ECHO = 1;
  private static final int MESSAGE = 2 << 20;
  // More than the ring takes, so that the sender waits in the middle.
  private static final int LONG = 1 << 20;

  /** A service that has a call in its hands reads no other meanwhile. */
  private static ConnectionLimits limits() {
    return new ConnectionLimits(
        MESSAGE,
        16,
        256,
        1024,
        8,
        MESSAGE,
        256,
        ConnectionLimits.FileRightTravel.DESCRIPTOR,
        Duration.ofSeconds(10));
  }

  private static void echo(Peer peer, MemorySegment memory) {
    try (Encoder request = peer.request()) {
      request.putSegment(memory);
      try (Decoder reply = peer.call(Peer.ROOT, ECHO, request)) {
        byte[] _ = reply.readBytes("result");
        reply.endResult();
      }
    }
  }

  private static CompletableFuture<Void> begin(Runnable call) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    HostileLinkTest.begin(() -> {
      try {
        call.run();
        done.complete(null);
      } catch (RuntimeException thrown) {
        done.completeExceptionally(thrown);
      }
    });
    return done;
  }

  private static void assertTorn(CompletableFuture<Void> call) {
    assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed while it was sent");
  }

  @Test
  void endsTheSessionOfBothEndsWhichMeetAgain() throws Exception {
    Arena arena = Arena.ofShared();
    try (Workbench bench = new Workbench(limits(), Workbench.Medium.LINK)) {
      Workshop.Proxy proxy = bench.proxy();
      MemorySegment memory = arena.allocate(LONG);
      proxy.note(WorkshopService.BLOCKING);
      bench.service.blocked.acquire();
      CompletableFuture<Void> torn = begin(() -> echo(proxy.peer(), memory));
      while (!bench.serviceHasUnread()) {
        LockSupport.parkNanos(100_000);
      }
      CompletableFuture<Void> other = begin(() -> proxy.echo(new byte[10]));
      arena.close();
      bench.service.release.release();
      assertTorn(torn);
      assertThat(
              other
                  .handle((_, thrown) -> thrown == null || thrown instanceof PortunusException)
                  .get(30, TimeUnit.SECONDS))
          .isTrue();
      ErrorBody why = bench.sessions.take().end().get(30, TimeUnit.SECONDS);
      // The link may be closed before the last frame on it, which says why, is read.
      assertThat(why.code()).isIn(ErrorCode.LIMIT_QUEUE, ErrorCode.PROTOCOL, ErrorCode.INTERRUPTED);
      assertThat(proxy.echo(new byte[] {1})).containsExactly(1);
      assertThat(bench.connections()).isEqualTo(2);
    }
  }

  @Test
  void isNeverWhole() throws Exception {
    Arena arena = Arena.ofShared();
    try (LinkPeer peer = new LinkPeer(LinkSide.SERVICE)) {
      Workshop.Proxy proxy = peer.client(limits(), Duration.ofSeconds(20));
      MemorySegment memory = arena.allocate(LONG);
      CompletableFuture<Void> torn = begin(() -> echo(proxy.peer(), memory));
      peer.greetAsService(limits());
      int flags = LinkPeer.head(peer.receive()).flags();
      assertThat(flags & ConnectionFrame.MORE).isNotZero();
      arena.close();
      Optional<byte[]> frame = peer.receiveUntilEnd();
      while (frame.isPresent()
          && LinkPeer.head(frame.get()).kind() == ConnectionFrame.Kind.REQUEST) {
        assertThat(LinkPeer.head(frame.get()).flags() & ConnectionFrame.MORE).isNotZero();
        frame = peer.receiveUntilEnd();
      }
      // A full ring has no room for the goodbye, and it may be lost with the socket.
      assertThat(frame.map(last -> LinkPeer.head(last).kind()))
          .isIn(Optional.empty(), Optional.of(ConnectionFrame.Kind.GOODBYE));
      assertTorn(torn);
    }
  }
}
