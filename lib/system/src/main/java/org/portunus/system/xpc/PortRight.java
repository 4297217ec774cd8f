// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc;

import java.lang.ref.Cleaner;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.SendPowers;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.PortName;
import org.portunus.system.port.SendRights;
import org.portunus.system.xpc.wire.HeldPort;

/**
 * A right to a Mach port, which can be passed in a call: to send to it, to send to it once, or to
 * receive from it. Its {@link #name} goes to the methods of {@link KernelSocket}, which send and
 * receive messages.
 *
 * <p>What becomes of it when it is passed:
 *
 * <ul>
 *   <li>a send right is copied, and stays the caller's; one that can't be copied ({@link
 *       #diminish}) travels only as {@link #moving()};
 *   <li>a send-once right moves: it is used up once the message was sent;
 *   <li>a receive right does not travel, but {@link #moving()} says that it is to: then it moves,
 *       with the messages that wait at the port.
 * </ul>
 *
 * <p>Who closes it: as with {@link FileRight}, but for what moved. A right whose port dies names
 * nothing more than that: messages to it fail. One that died on its way is {@link PortName#DEAD}.
 *
 * <p>Safe for use by several threads. Only connections that the kernel made carry it; a call that
 * moved a right is not repeated.
 */
public final class PortRight implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final HeldPort held;
  private final Travel travel;

  private enum Travel {
    USUAL,
    MOVING,
    MADE
  }

  private PortRight(HeldPort held, Travel travel) {
    this.held = held;
    this.travel = travel;
  }

  /** For generated code: a right that a message brought. */
  public static PortRight of(HeldPort held) {
    PortRight right = new PortRight(held, Travel.USUAL);
    HeldPort kept = held;
    CLEANER.register(right, kept::close);
    return right;
  }

  /** The receive right of a new port. */
  public static PortRight allocate(KernelSocket kernel) {
    return of(new HeldPort(kernel, kernel.allocate(RightKind.RECEIVE), RightKind.RECEIVE));
  }

  /**
   * Takes over one reference of this task's.
   *
   * @param kind SEND, SEND_ONCE or RECEIVE
   * @throws PortunusException RIGHT_REFUSED when the name does not stand for such a right
   */
  public static PortRight of(KernelSocket kernel, PortName name, RightKind kind) {
    switch (kind) {
      case SEND, SEND_ONCE, RECEIVE -> {}
      case PORT_SET, DEAD_NAME ->
          throw new PortunusException(ErrorCode.RIGHT_REFUSED, "no right that travels: " + kind);
    }
    try {
      if ((kernel.type(name) & kind.typeBit()) == 0) {
        throw new PortunusException(ErrorCode.RIGHT_REFUSED, name + " is no right to " + kind);
      }
    } catch (KernelResultException unknown) {
      throw new PortunusException(ErrorCode.RIGHT_REFUSED, name + ": " + unknown.result(), unknown);
    }
    return of(new HeldPort(kernel, name, kind));
  }

  /** SEND, SEND_ONCE or RECEIVE. */
  public RightKind kind() {
    return travel == Travel.MADE ? RightKind.SEND_ONCE : held.kind();
  }

  /**
   * The name in this task's space, while the right is open; of {@link #makeSendOnce} that of the
   * port.
   *
   * @throws IllegalStateException when it is closed
   */
  public PortName name() {
    if (held.isClosed()) {
      throw new IllegalStateException("the right is closed");
    }
    return held.name();
  }

  /** The kernel socket in whose space the name is. */
  public KernelSocket kernel() {
    return held.kernel();
  }

  /** A new right to send to the port that this one receives from, closed on its own. */
  public PortRight makeSend() {
    requireReceive();
    PortName name = held.hold();
    try {
      held.kernel().insertRight(name, name, Disposition.MAKE_SEND);
      return of(new HeldPort(held.kernel(), name, RightKind.SEND));
    } finally {
      held.unhold();
    }
  }

  /**
   * A right to send once to the port that this one receives from, made when it travels, each time
   * anew. It needs no closing, and is good as long as this one is.
   */
  public PortRight makeSendOnce() {
    requireReceive();
    return new PortRight(held, Travel.MADE);
  }

  /**
   * Another right to send to the same port, with what these powers leave of this one's, closed on
   * its own. Of a right to receive it is one to send.
   *
   * @throws KernelResultException INVALID_CAPABILITY of one that can't be copied, or is dead
   */
  public PortRight diminish(SendPowers powers) {
    if (travel != Travel.USUAL || held.kind() == RightKind.SEND_ONCE) {
      throw new PortunusException(ErrorCode.RIGHT_REFUSED, "has no powers to take: " + this);
    }
    Disposition how =
        held.kind() == RightKind.RECEIVE ? Disposition.MAKE_SEND : Disposition.COPY_SEND;
    PortName name = held.hold();
    try {
      PortName less = new SendRights(held.kernel()).diminish(name, how, powers);
      return of(new HeldPort(held.kernel(), less, RightKind.SEND));
    } finally {
      held.unhold();
    }
  }

  /**
   * This right, to send or to receive, to be passed for good. One to send that can't be copied
   * takes its duplicates along.
   *
   * @return a view of it: once a message took it along, this one is closed
   */
  public PortRight moving() {
    if (held.kind() == RightKind.SEND_ONCE || travel != Travel.USUAL) {
      throw new PortunusException(ErrorCode.RIGHT_REFUSED, "does not move: " + this);
    }
    return new PortRight(held, Travel.MOVING);
  }

  private void requireReceive() {
    if (held.kind() != RightKind.RECEIVE || travel != Travel.USUAL) {
      throw new PortunusException(ErrorCode.RIGHT_REFUSED, "not a right to receive: " + this);
    }
  }

  /** A second right to send to the same port, closed on its own. */
  public PortRight duplicate() {
    if (held.kind() != RightKind.SEND) {
      throw new PortunusException(ErrorCode.RIGHT_REFUSED, "there is only one: " + this);
    }
    PortName name = held.hold();
    try {
      if (name.isValid()) {
        held.kernel().modRefs(name, RightKind.SEND, 1);
      }
      return of(new HeldPort(held.kernel(), name, RightKind.SEND));
    } catch (KernelResultException dead) {
      if (dead.result() != KernReturn.INVALID_RIGHT) {
        throw dead;
      }
      return of(new HeldPort(held.kernel(), PortName.DEAD, RightKind.SEND));
    } finally {
      held.unhold();
    }
  }

  /**
   * Called by the implementation of a service on an argument: the right is its own from now on, and
   * not closed when the method returns.
   *
   * @return this right
   */
  public PortRight keep() {
    held.keep();
    return this;
  }

  /** For generated code and the connection. */
  public HeldPort held() {
    return held;
  }

  /**
   * For generated code: how it travels.
   *
   * @throws PortunusException RIGHT_REFUSED for a receive right that nobody said is to move
   */
  public Disposition travels() {
    return switch (travel) {
      case MADE -> Disposition.MAKE_SEND_ONCE;
      case MOVING ->
          held.kind() == RightKind.SEND ? Disposition.MOVE_SEND : Disposition.MOVE_RECEIVE;
      case USUAL ->
          switch (held.kind()) {
            case SEND -> Disposition.COPY_SEND;
            case SEND_ONCE -> Disposition.MOVE_SEND_ONCE;
            case RECEIVE ->
                throw new PortunusException(
                    ErrorCode.RIGHT_REFUSED,
                    "a receive right travels only as moving(); makeSend() makes one to send");
            case PORT_SET, DEAD_NAME -> throw new IllegalStateException("checked before");
          };
    };
  }

  /** Whether it was closed, by its owner, by the end of the call that brought it, or moved. */
  public boolean isClosed() {
    return held.isClosed();
  }

  /** Gives the reference up; a right from {@link #makeSendOnce} has none. */
  @Override
  public void close() {
    if (travel != Travel.MADE) {
      held.close();
    }
  }

  @Override
  public String toString() {
    return kind() + " right " + held.name();
  }
}
