// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.portunus.system.xpc.connection.LinkPeer.frame;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.link.LinkLayout.Attention;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.WireWriter;
import org.portunus.system.link.LinkSide;
import org.portunus.system.socket.FrameSocket;
import org.portunus.system.xpc.wire.OutboundRights;

/** A handler that runs requests without reply, and what comes for others meanwhile. */
@Timeout(60)
class BusyHandlerTest {
  private static final int MANY = 500;
  private static final ConnectionLimits LIMITS =
      new ConnectionLimits(
          1 << 20,
          16,
          256,
          16,
          4,
          4 << 20,
          2 * MANY,
          ConnectionLimits.FileRightTravel.DESCRIPTOR,
          Duration.ofSeconds(20));

  private long calls;

  private byte[] note(int number) {
    byte[] body = new WireWriter().i32(number).toBytes();
    return frame(Kind.REQUEST, ConnectionFrame.ONEWAY, 2, ++calls, 0, body);
  }

  private byte[] echo() {
    return frame(Kind.REQUEST, 0, 1, ++calls, 0, new WireWriter().i32(0).toBytes());
  }

  /** A handler reads next only if the waiter has done so when the handler is done. */
  private void awaitHandlerAsleep(LinkPeer peer) {
    while (peer.ring.attention() != Attention.ASLEEP) {
      peer.send(note(1));
      for (int i = 0; i < 100 && peer.ring.attention() != Attention.ASLEEP; i++) {
        LockSupport.parkNanos(100_000);
      }
    }
  }

  private static int packet(LinkPeer peer) {
    return peer.socket.receiveNow(new byte[LinkPeer.MAX], new ArrayList<>());
  }

  @Test
  void aBusyReaderIsRungForAllButRequestsWithoutReply() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      peer.ring.sayAttention(Attention.BUSY);
      byte[] note = note(1);
      assertThat(peer.near.send(note, note.length, OutboundRights.NONE)).isEqualTo(note.length);
      assertThat(packet(peer)).isEqualTo(FrameSocket.NOTHING);
      for (byte[] other :
          new byte[][] {
            echo(),
            frame(Kind.REPLY, 0, 0, 1, 0, new byte[0]),
            frame(Kind.CANCEL, 0, 0, 1, 0, new byte[0])
          }) {
        assertThat(peer.near.send(other, other.length, OutboundRights.NONE))
            .isEqualTo(other.length);
        assertThat(packet(peer)).isEqualTo(1);
      }
    }
  }

  @Test
  void aCallIsRunBesideARequestThatBlocks() throws Exception {
    WorkshopService service = new WorkshopService();
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      peer.serve(service, LIMITS);
      peer.greetAsClient(LIMITS);
      peer.send(note(1));
      peer.send(note(WorkshopService.BLOCKING));
      service.blocked.acquire();
      // Whoever reads this finds the handler at work.
      peer.send(note(2));
      peer.awaitAttention(Attention.BUSY);
      peer.awaitWaiter();
      // Nobody is told of these; of the call the reader is.
      for (int i = 0; i < MANY; i++) {
        assertThat(peer.ring.write(note(i))).isTrue();
      }
      peer.send(echo());
      assertThat(LinkPeer.head(peer.receive()).kind()).isEqualTo(Kind.REPLY);
      assertThat(service.notes).hasSize(2);
      service.release.release();
      for (int number : new int[] {1, WorkshopService.BLOCKING, 2}) {
        assertThat(service.notes.take()).isEqualTo(number);
      }
      for (int i = 0; i < MANY; i++) {
        assertThat(service.notes.take()).isEqualTo(i);
      }
    }
  }

  @Test
  void whatCameBeforeTheWordIsNotLeftToAHandlerThatBlocks() throws Exception {
    WorkshopService service = new WorkshopService();
    LinkWaiter waiter = LinkWaiter.start(20);
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT, waiter)) {
      peer.serve(service, LIMITS);
      peer.greetAsClient(LIMITS);
      awaitHandlerAsleep(peer);
      // All at once, before the sleeper has looked: nobody rings for the call.
      assertThat(peer.ring.write(note(WorkshopService.BLOCKING))).isTrue();
      for (int i = 0; i < MANY; i++) {
        assertThat(peer.ring.write(note(i))).isTrue();
      }
      assertThat(peer.ring.write(echo())).isTrue();
      assertThat(LinkPeer.head(peer.receive()).kind()).isEqualTo(Kind.REPLY);
      service.release.release();
      assertThat(service.notes.take()).isEqualTo(1);
    }
  }
}
