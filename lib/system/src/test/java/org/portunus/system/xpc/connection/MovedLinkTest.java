// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.error.ErrorCode;
import org.portunus.system.link.LinkSide;

/** Links that the kernel ends so that their clients connect anew. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class MovedLinkTest {
  private static final ConnectionLimits LIMITS =
      ConnectionLimits.standard(ConnectionLimits.FileRightTravel.DESCRIPTOR);
  private static final byte[] BELL = {0};
  private static final int[] NONE = {};

  @Test
  void aLinkThatIsMovedInterruptsAlsoIfTheKernelsWordIsNotHeard() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      Session session = peer.serve(new WorkshopService(), LIMITS);
      peer.greetAsClient(LIMITS);
      peer.move();
      assertThat(peer.socket.send(BELL, 1, NONE, 0)).isEqualTo(1);
      ErrorBody why = session.end().get(30, TimeUnit.SECONDS);
      assertThat(why.code()).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(why.detail()).contains("carries the service's calls itself");
      assertThat(session.isRevoked()).isFalse();
    }
  }

  @Test
  void whyALinkWentIsKeptWhenItsPlaceIsAnothers() throws Exception {
    try (LinkPeer peer = new LinkPeer(LinkSide.CLIENT)) {
      Session session = peer.serve(new WorkshopService(), LIMITS);
      peer.greetAsClient(LIMITS);
      peer.move();
      peer.near.revoked();
      peer.freePlace();
      assertThat(session.end().get(30, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(session.isRevoked()).isFalse();
    }
  }
}
