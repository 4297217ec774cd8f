// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.linux.socket.UnixSocket;

/** What is sent without waiting is sent in the end, also if nothing else ever is. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OutboxTest {
  private static final int MORE_THAN_FIT = 3000;

  @Test
  void releasesThatFindNoRoomFollowWhenThereIsSome() throws Exception {
    UnixSocket.Pair pair = UnixSocket.pair();
    try (SocketTransport near = SocketTransport.of(pair.first());
        SocketTransport far = SocketTransport.of(pair.second())) {
      Outbox outbox = new Outbox(near, null);
      for (int object = 1; object <= MORE_THAN_FIT; object++) {
        outbox.release(object);
      }
      Set<Integer> released = new HashSet<>();
      InboundFrame frame = new InboundFrame();
      while (released.size() < MORE_THAN_FIT) {
        int length = far.receive(frame);
        assertThat(length).isPositive();
        released.add(ConnectionFrame.object(frame.check(length), 0));
      }
      assertThat(released).hasSize(MORE_THAN_FIT);
    }
  }
}
