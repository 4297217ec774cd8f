// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.portunus.linux.file.Descriptor;

/**
 * A descriptor with a count of the uses in progress. Closing it while a message that carries it is
 * being sent, or while another thread reads, takes effect when the last use ends: its number can't
 * be given to another file in between.
 */
public final class HeldDescriptor implements HeldRight {
  private static final int CLOSED = 1 << 31;

  private final Descriptor descriptor;

  /** The number of uses; with the highest bit once it is closed. */
  private final AtomicInteger uses = new AtomicInteger();

  private final AtomicReference<@Nullable RightRoom> room = new AtomicReference<>();
  private volatile boolean kept;

  /** Takes ownership. */
  public HeldDescriptor(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Begins a use, which {@link #unhold} ends.
   *
   * @throws IllegalStateException when it is closed
   */
  public Descriptor hold() {
    while (true) {
      int now = uses.get();
      if (now < 0) {
        throw new IllegalStateException("the right is closed");
      }
      if (uses.compareAndSet(now, now + 1)) {
        return descriptor;
      }
    }
  }

  @Override
  public void unhold() {
    if (uses.decrementAndGet() == CLOSED) {
      descriptor.close();
    }
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    return uses.get() < 0;
  }

  @Override
  public void keep() {
    kept = true;
  }

  @Override
  public void countIn(RightRoom newRoom) {
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

  @Override
  public boolean isKept() {
    return kept;
  }

  /** Closes the descriptor when no use is in progress any more; a second call does nothing. */
  @Override
  public void close() {
    while (true) {
      int now = uses.get();
      if (now < 0) {
        return;
      }
      if (uses.compareAndSet(now, now | CLOSED)) {
        leaveRoom();
        if (now == 0) {
          descriptor.close();
        }
        return;
      }
    }
  }
}
