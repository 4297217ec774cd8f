// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.GuardException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.RightKind;

/** Rights on their way out of a space: by name and disposition, first the check, then the act. */
final class CopyIn {
  private CopyIn() {}

  /** What a right is taken for. */
  enum Use {
    DESTINATION,
    REPLY,
    VOUCHER,
    BODY
  }

  /** As below, for the body of a message. */
  static KernReturn check(Space space, int name, Disposition disposition) {
    return check(space, name, disposition, Use.BODY);
  }

  /**
   * SUCCESS, INVALID_NAME, INVALID_RIGHT, or INVALID_CAPABILITY for what stays where it is, which
   * the listener to guards hears of, and for copies of what can't be copied. Dead names pass for
   * COPY and MOVE of send rights.
   */
  static KernReturn check(Space space, int name, Disposition disposition, Use use) {
    Right right = space.find(name);
    if (right == null) {
      return KernReturn.INVALID_NAME;
    }
    boolean held =
        switch (disposition) {
          case MAKE_SEND, MAKE_SEND_ONCE, MOVE_RECEIVE -> right.is(RightKind.RECEIVE);
          case COPY_SEND, MOVE_SEND -> right.is(RightKind.SEND) || right.is(RightKind.DEAD_NAME);
          case MOVE_SEND_ONCE -> right.is(RightKind.SEND_ONCE) || right.is(RightKind.DEAD_NAME);
        };
    if (!held) {
      return KernReturn.INVALID_RIGHT;
    }
    return right.is(RightKind.DEAD_NAME)
        ? KernReturn.SUCCESS
        : checkMovable(space, right, disposition, use);
  }

  private static KernReturn checkMovable(
      Space space, Right right, Disposition disposition, Use use) {
    Port port = right.port();
    PortRole role = port.role();
    boolean destination = use == Use.DESTINATION;
    if (disposition == Disposition.COPY_SEND && !destination && right.movesWhole()) {
      return KernReturn.INVALID_CAPABILITY;
    }
    boolean refused =
        switch (disposition) {
          case MAKE_SEND -> role.isReply();
          case MAKE_SEND_ONCE -> role.isReply() && use != Use.REPLY;
          case MOVE_SEND_ONCE -> role.isReply() && !destination;
          case COPY_SEND, MOVE_SEND ->
              role.isVoucher() ? use != Use.VOUCHER : role.sendIsImmovable() && !destination;
          case MOVE_RECEIVE -> port.isImmovable();
        };
    if (!refused) {
      return KernReturn.SUCCESS;
    }
    boolean once = disposition.arrivesAs() == RightKind.SEND_ONCE;
    GuardException exception =
        once || disposition == Disposition.MAKE_SEND
            ? GuardException.INVALID_RIGHT
            : GuardException.IMMOVABLE;
    space.ipc().violated(space.task(), right.name(), exception, port.guard());
    return KernReturn.INVALID_CAPABILITY;
  }

  /** Whether a name that passed the check stands for a dead port. */
  static boolean isDead(Space space, int name) {
    return space.require(name).is(RightKind.DEAD_NAME);
  }

  /** Whether the check's right, once taken, would leave the name free. */
  static boolean frees(Right right, Disposition disposition) {
    return switch (disposition) {
      case MAKE_SEND, MAKE_SEND_ONCE, COPY_SEND -> false;
      case MOVE_RECEIVE -> !right.is(RightKind.SEND);
      case MOVE_SEND ->
          (right.references() == 1 || right.movesWhole()) && !right.is(RightKind.RECEIVE);
      case MOVE_SEND_ONCE -> right.references() == 1;
    };
  }

  /** Takes a message's destination that passed the check. */
  static CarriedRight takeDestination(Space space, int name, Disposition disposition) {
    Right right = space.require(name);
    Diminished less = right.diminished();
    boolean last = disposition == Disposition.MOVE_SEND && right.references() == 1;
    if (less == null || less.copyable() || last) {
      return take(space, name, disposition);
    }
    if (disposition == Disposition.MOVE_SEND) {
      right.removeReference();
    }
    return right.port().carryDiminished(less, CarriedRight.Hold.LENT);
  }

  /** Takes a right that passed the check. */
  static CarriedRight take(Space space, int name, Disposition disposition) {
    Right right = space.require(name);
    if (right.is(RightKind.DEAD_NAME)) {
      if (disposition != Disposition.COPY_SEND) {
        space.dropDeadReference(right);
      }
      return CarriedRight.bare(disposition.arrivesAs(), MachLimits.NAME_DEAD);
    }
    Port port = right.port();
    return switch (disposition) {
      case MAKE_SEND -> {
        port.countMakeSend();
        yield port.carry(RightKind.SEND);
      }
      case MAKE_SEND_ONCE -> port.carry(RightKind.SEND_ONCE);
      case COPY_SEND -> another(right, port);
      case MOVE_RECEIVE -> moveReceive(space, right, port);
      case MOVE_SEND -> moveSend(space, right, port);
      case MOVE_SEND_ONCE -> {
        Boost boost = right.takeBoost();
        space.remove(right);
        CarriedRight moved = CarriedRight.of(RightKind.SEND_ONCE, port);
        moved.boost(boost);
        yield moved;
      }
    };
  }

  private static CarriedRight moveReceive(Space space, Right right, Port port) {
    port.clearReceiver();
    if (right.is(RightKind.SEND)) {
      right.removeReceive();
    } else {
      space.remove(right);
    }
    return CarriedRight.of(RightKind.RECEIVE, port);
  }

  private static CarriedRight moveSend(Space space, Right right, Port port) {
    if (right.references() > 1 && !right.movesWhole()) {
      right.removeReference();
      return another(right, port);
    }
    Diminished less = right.diminished();
    if (right.is(RightKind.RECEIVE)) {
      right.removeSend();
    } else {
      space.remove(right);
    }
    return less == null
        ? CarriedRight.of(RightKind.SEND, port)
        : CarriedRight.of(less, CarriedRight.Hold.OWN);
  }

  private static CarriedRight another(Right right, Port port) {
    Diminished less = right.diminished();
    return less == null
        ? port.carry(RightKind.SEND)
        : port.carryDiminished(less, CarriedRight.Hold.OWN);
  }
}
