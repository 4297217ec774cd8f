// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;

/** One user reference to a right of this task's, by name. */
public final class HeldPort implements HeldRight {
  private static final int CLOSED = 1 << 31;

  private final KernelSocket kernel;
  private final RightKind kind;

  /** The number of uses; with the highest bit once it is closed. */
  private final AtomicInteger uses = new AtomicInteger();

  private volatile PortName name;
  private final AtomicReference<@Nullable RightRoom> room = new AtomicReference<>();
  private volatile boolean kept;
  private volatile boolean moved;

  /**
   * Takes ownership of a reference.
   *
   * @param kind SEND, SEND_ONCE or RECEIVE
   */
  public HeldPort(KernelSocket kernel, PortName name, RightKind kind) {
    this.kernel = kernel;
    this.name = name;
    this.kind = kind;
  }

  public KernelSocket kernel() {
    return kernel;
  }

  public RightKind kind() {
    return kind;
  }

  public PortName name() {
    return name;
  }

  /**
   * Begins a use, which {@link #unhold} ends.
   *
   * @throws IllegalStateException when it is closed
   */
  public PortName hold() {
    while (true) {
      int now = uses.get();
      if (now < 0) {
        throw new IllegalStateException("the right is closed");
      }
      if (uses.compareAndSet(now, now + 1)) {
        return name;
      }
    }
  }

  @Override
  public void unhold() {
    if (uses.decrementAndGet() == CLOSED) {
      giveUp();
    }
  }

  /** A message that was not sent gave the right back under this name. */
  void returnedAs(PortName newName) {
    name = newName;
  }

  /** A message took the right along: there is nothing left to give up. */
  void movedAway() {
    moved = true;
    close();
  }

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
          giveUp();
        }
        return;
      }
    }
  }

  private void giveUp() {
    if (moved) {
      return;
    }
    try {
      kernel.giveUp(name.as(arrival()));
    } catch (PortunusException e) {
      // With the kernel every right ended.
      if (e.code() != ErrorCode.INSTANCE_ENDED) {
        throw e;
      }
    }
  }

  private Disposition arrival() {
    return switch (kind) {
      case SEND -> Disposition.MOVE_SEND;
      case SEND_ONCE -> Disposition.MOVE_SEND_ONCE;
      case RECEIVE -> Disposition.MOVE_RECEIVE;
      case PORT_SET, DEAD_NAME -> throw new IllegalStateException("no right that travels: " + kind);
    };
  }
}
