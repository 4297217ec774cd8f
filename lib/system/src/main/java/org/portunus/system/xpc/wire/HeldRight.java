// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A right with a count of the uses in progress, such as messages that carry it. Closing it takes
 * effect when the last use ends.
 */
public abstract sealed class HeldRight implements AutoCloseable permits HeldDescriptor, HeldPort {
  private static final int CLOSED = 1 << 31;

  /** The number of uses; with the highest bit once it is closed. */
  private final AtomicInteger uses = new AtomicInteger();

  private final AtomicReference<@Nullable RightRoom> room = new AtomicReference<>();
  private volatile boolean kept;

  /** Gives the right up, once: it is closed, and nobody uses it. */
  abstract void giveUp();

  /**
   * Begins a use, which {@link #unhold} ends.
   *
   * @throws IllegalStateException when it is closed
   */
  final void use() {
    while (true) {
      int now = uses.get();
      if (now < 0) {
        throw new IllegalStateException("the right is closed");
      }
      if (uses.compareAndSet(now, now + 1)) {
        return;
      }
    }
  }

  /** Ends a use. */
  public final void unhold() {
    if (uses.decrementAndGet() == CLOSED) {
      giveUp();
    }
  }

  /** Whether {@link #close} was called. */
  public final boolean isClosed() {
    return uses.get() < 0;
  }

  /** From now on the message that brought it does not close it. */
  public final void keep() {
    kept = true;
  }

  /** Whether {@link #keep} was called. */
  public final boolean isKept() {
    return kept;
  }

  /** Counts it in this room until it is closed. */
  public final void countIn(RightRoom newRoom) {
    newRoom.take();
    room.set(newRoom);
    if (isClosed()) {
      leaveRoom();
    }
  }

  private void leaveRoom() {
    RightRoom counted = room.getAndSet(null);
    if (counted != null) {
      counted.giveBack();
    }
  }

  /** Gives it up when no use is in progress any more; a second call does nothing. */
  @Override
  public final void close() {
    while (true) {
      int now = uses.get();
      if (now < 0) {
        return;
      }
      if (uses.compareAndSet(now, now | CLOSED)) {
        leaveRoom();
        if (now == 0) {
          giveUp();
        }
        return;
      }
    }
  }
}
