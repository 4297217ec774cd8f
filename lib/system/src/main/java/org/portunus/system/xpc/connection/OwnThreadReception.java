// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.time.Deadline;
import org.portunus.abi.wire.MalformedFrameException;

/** Only the session's own thread reads. */
final class OwnThreadReception implements Reception {
  /** Waits for the next frame. */
  interface Source {
    /** Its length, {@link Transport#ENDED} or {@link Transport#BROKEN}. */
    int receive(InboundFrame into);
  }

  private final Source source;
  private final InboundFrame frame = new InboundFrame();
  private volatile @Nullable RuntimeException failure;

  OwnThreadReception(Source source) {
    this.source = source;
  }

  @Override
  public void receiveAll(Taker taker) throws MalformedFrameException {
    try {
      while (!taker.isOver()) {
        int length = source.receive(frame);
        if (length == Transport.BROKEN) {
          throw new MalformedFrameException(
              "a message that is too long or has too many descriptors");
        }
        if (length < 0) {
          RuntimeException why = failure;
          if (why != null) {
            throw why;
          }
          return;
        }
        taker.take(frame, length);
        frame.discard();
      }
    } finally {
      frame.discard();
    }
  }

  /** Nothing comes any more, for this reason; before the source ends. */
  void fail(RuntimeException why) {
    failure = why;
  }

  @Override
  public void await(PendingCall call, Optional<Deadline> deadline) throws InterruptedException {
    call.await(deadline);
  }

  @Override
  public boolean readForWork(Work work) {
    return false;
  }
}
