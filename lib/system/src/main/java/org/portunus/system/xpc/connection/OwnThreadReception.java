// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
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
  private volatile @Nullable RuntimeException whyEnded;
  private volatile boolean revoked;

  OwnThreadReception(Source source) {
    this.source = source;
  }

  @Override
  public void start(String name, Taker taker, Outcome outcome) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          Optional<Exception> failure = Optional.empty();
          try {
            receiveAll(taker);
          } catch (MalformedFrameException | RuntimeException met) {
            failure = Optional.of(met);
          } catch (OutOfMemoryError full) {
            failure = Optional.of(InboundFrame.noMemory(full));
          } finally {
            outcome.over(failure);
          }
        });
  }

  private void receiveAll(Taker taker) throws MalformedFrameException {
    try {
      while (!taker.isOver()) {
        int length = source.receive(frame);
        if (length == Transport.BROKEN) {
          throw new MalformedFrameException(
              "a message that is too long or has too many descriptors");
        }
        if (length < 0) {
          RuntimeException why = whyEnded;
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
    whyEnded = why;
  }

  /** The kernel revoked the connection; before the source ends. */
  void revoked() {
    revoked = true;
    fail(new PortunusException(ErrorCode.INVALID, "the kernel revoked the link"));
  }

  @Override
  public boolean isRevoked() {
    return revoked;
  }

  @Override
  public void await(PendingCall call, Until until) throws InterruptedException {
    call.await(until);
  }

  @Override
  public boolean readForWork(Work work) {
    return false;
  }
}
