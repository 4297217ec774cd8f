// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.RightKind;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;

/** One user reference to a right of this task's, by name. */
public final class HeldPort extends HeldRight {
  private final KernelSocket kernel;
  private final RightKind kind;

  private volatile PortName name;
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
    use();
    return name;
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

  @Override
  void giveUp() {
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
