// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.RightKind;

/**
 * A right outside of any space: in a message, in a notification request or in the kernel's hands.
 *
 * <p>Invariants: kind is SEND, SEND_ONCE or RECEIVE. It counts as one right of its port until it is
 * spent, and is spent exactly once: put into a space, used as a destination, or released. One
 * without a port is only the name 0 or ~0 on its way. A boost that goes with it ends when it is
 * spent, unless it was taken away before.
 */
public final class CarriedRight {
  private final RightKind kind;
  private final @Nullable Port port;
  private final int bareName;
  private final @Nullable Diminished diminished;
  private final Hold hold;
  private boolean spent;
  private @Nullable Boost boost;

  /** Whether there may be a second one of a right that can't be copied. */
  enum Hold {
    OWN,
    /** A message's destination: it goes back only where the right itself still is. */
    LENT
  }

  private CarriedRight(
      RightKind kind, @Nullable Port port, int bareName, @Nullable Diminished less, Hold hold) {
    this.kind = kind;
    this.port = port;
    this.bareName = bareName;
    this.diminished = less;
    this.hold = hold;
  }

  /** The caller has counted it at the port. */
  static CarriedRight of(RightKind kind, Port port) {
    port.ipc().tally.carried++;
    return new CarriedRight(kind, port, 0, null, Hold.OWN);
  }

  /** The same of a send right with fewer powers, which are counted there too. */
  static CarriedRight of(Diminished diminished, Hold hold) {
    diminished.port().ipc().tally.carried++;
    return new CarriedRight(RightKind.SEND, diminished.port(), 0, diminished, hold);
  }

  /** Only a name: MACH_PORT_NULL or MACH_PORT_DEAD. */
  static CarriedRight bare(RightKind kind, int name) {
    return new CarriedRight(kind, null, name, null, Hold.OWN);
  }

  /** The name 0 where a send right is expected. */
  public static CarriedRight nullSend() {
    return bare(RightKind.SEND, MachLimits.NAME_NULL);
  }

  public RightKind kind() {
    return kind;
  }

  /** Empty for the names 0 and ~0. The port may have died on the way. */
  public Optional<Port> port() {
    return Optional.ofNullable(port);
  }

  /** Another send right to the same port with the same powers, for a right of kind SEND. */
  public CarriedRight copySend() {
    if (kind != RightKind.SEND || spent) {
      throw new IllegalStateException("no send right to copy");
    }
    if (port == null) {
      return bare(kind, bareName);
    }
    return diminished == null
        ? port.carry(RightKind.SEND)
        : port.carryDiminished(diminished, diminished.copyable() ? Hold.OWN : Hold.LENT);
  }

  @Nullable Diminished diminished() {
    return diminished;
  }

  boolean isLent() {
    return hold == Hold.LENT;
  }

  /** Whether its time is up. */
  boolean hasExpired() {
    Diminished less = diminished;
    return less != null && (less.hasExpired() || less.isDue(less.port().ipc().expiries.now()));
  }

  /** Whether its powers keep a message of this id back. */
  boolean refuses(int id) {
    return diminished != null && !diminished.allows(id);
  }

  /** The entry of a space that it would join. */
  @Nullable Right entryIn(Space space) {
    if (port == null || kind == RightKind.SEND_ONCE) {
      return null;
    }
    return diminished == null ? port.entryIn(space) : diminished.entryIn(space);
  }

  @Nullable Port target() {
    return port;
  }

  int bareName() {
    return bareName;
  }

  boolean isSpent() {
    return spent;
  }

  /** What goes with it, from now on; null for nothing. */
  void boost(@Nullable Boost carried) {
    boost = carried;
  }

  @Nullable Boost boost() {
    return boost;
  }

  /** Takes away what goes with it. */
  @Nullable Boost takeBoost() {
    Boost taken = boost;
    boost = null;
    return taken;
  }

  void endBoost() {
    Boost ending = takeBoost();
    if (ending != null) {
      ending.end();
    }
  }

  /** Ends this object's life; what becomes of the port's count is the caller's. */
  void spend() {
    if (spent) {
      throw new IllegalStateException("right spent twice: " + kind);
    }
    spent = true;
    endBoost();
    if (port != null) {
      port.ipc().tally.carried--;
    }
  }

  /** The disposition by which a receiver sees it. */
  Disposition arrival() {
    return switch (kind) {
      case RECEIVE -> Disposition.MOVE_RECEIVE;
      case SEND -> Disposition.MOVE_SEND;
      case SEND_ONCE -> Disposition.MOVE_SEND_ONCE;
      case PORT_SET, DEAD_NAME -> throw new IllegalStateException("never carried: " + kind);
    };
  }
}
