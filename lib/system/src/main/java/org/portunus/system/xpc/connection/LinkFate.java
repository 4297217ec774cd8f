// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.system.link.LinkEnd;

/**
 * Why a link is dead, as whoever sees it first says: the kernel's reason counts most, then that it
 * took the link, then what went wrong on this side. Any thread.
 */
final class LinkFate {
  private static final long REASON_NANOS = 100_000_000;

  private final LinkEnd end;
  private final CountDownLatch told = new CountDownLatch(1);
  private volatile boolean severed;
  private volatile @Nullable PortunusException sentence;
  private volatile @Nullable Exception failure;

  LinkFate(LinkEnd end) {
    this.end = end;
  }

  /** What went wrong; the first counts. */
  void failed(Exception what) {
    if (failure == null) {
      failure = what;
    }
  }

  /** What went wrong at the very end, which counts more. */
  void failedAtLast(Exception what) {
    failure = what;
  }

  boolean hasFailed() {
    return failure != null;
  }

  /** The kernel ended the connection, and said why before it said that it took the link. */
  void sentenced(PortunusException why) {
    sentence = why;
  }

  /** The link shows that the kernel took it. */
  void severed() {
    severed = true;
  }

  /** The kernel said so. */
  void told() {
    told.countDown();
  }

  boolean isRevoked() {
    return severed && sentence == null && !end.isMoved();
  }

  /** The link shows that it was severed before the kernel has said why. */
  void awaitReason() {
    try {
      boolean _ = sentence != null || told.await(REASON_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The reason, unless all went well. */
  Optional<Exception> reason() {
    PortunusException why = sentence;
    if (why != null) {
      return Optional.of(why);
    }
    if (!severed) {
      return Optional.ofNullable(failure);
    }
    return Optional.of(
        end.isMoved()
            ? new PortunusException(
                ErrorCode.INTERRUPTED,
                "the kernel ended the link, since it carries the service's calls itself from now"
                    + " on")
            : new PortunusException(ErrorCode.INVALID, "the kernel revoked the link"));
  }
}
