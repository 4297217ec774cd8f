// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.GuardException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.RightKind;

/** User references: counting them, changing them, and what happens at the last. */
final class References {
  /** MACH_PORT_RIGHT_LABELH: a legal number of a kind that no right has. */
  private static final int LABEL = 5;

  private References() {}

  static KernReturn modify(Space space, int name, int kindNumber, int delta) {
    if (kindNumber < 0 || kindNumber > LABEL) {
      return KernReturn.INVALID_VALUE;
    }
    @Nullable RightKind kind = RightKind.of(kindNumber).orElse(null);
    if (Space.isBare(name)) {
      return kind == RightKind.SEND || kind == RightKind.SEND_ONCE
          ? KernReturn.SUCCESS
          : KernReturn.INVALID_NAME;
    }
    Right right = space.find(name);
    if (right == null) {
      return KernReturn.INVALID_NAME;
    }
    if (kind == null || !right.is(kind)) {
      return KernReturn.INVALID_RIGHT;
    }
    return switch (kind) {
      case SEND, DEAD_NAME -> count(space, right, delta);
      case RECEIVE, SEND_ONCE, PORT_SET -> {
        if (kind == RightKind.RECEIVE && delta == -1 && right.port().guard().guarded()) {
          yield guarded(space, right, GuardException.MOD_REFS);
        }
        if (delta == -1) {
          removeOnly(space, right, kind);
        }
        yield delta == 0 || delta == -1 ? KernReturn.SUCCESS : KernReturn.INVALID_VALUE;
      }
    };
  }

  private static KernReturn count(Space space, Right right, int delta) {
    if (delta > MachLimits.UREFS_MAX || delta < -MachLimits.UREFS_MAX) {
      return KernReturn.INVALID_VALUE;
    }
    if (right.isPegged() && delta != -MachLimits.UREFS_MAX) {
      return KernReturn.SUCCESS;
    }
    int references = Math.min(right.references() + delta, MachLimits.UREFS_MAX);
    if (references < 0) {
      return KernReturn.INVALID_VALUE;
    }
    if (references > 0) {
      right.setReferences(references);
    } else if (right.is(RightKind.DEAD_NAME)) {
      space.freeName(right);
    } else {
      removeSend(space, right);
    }
    return KernReturn.SUCCESS;
  }

  private static void removeOnly(Space space, Right right, RightKind kind) {
    switch (kind) {
      case RECEIVE -> removeReceive(space, right);
      case SEND_ONCE -> removeSendOnce(space, right);
      case PORT_SET -> removeSet(space, right);
      case SEND, DEAD_NAME -> throw new IllegalStateException("counted kind");
    }
  }

  static KernReturn deallocate(Space space, int name) {
    if (Space.isBare(name)) {
      return KernReturn.SUCCESS;
    }
    Right right = space.find(name);
    if (right == null) {
      return KernReturn.INVALID_NAME;
    }
    if (right.is(RightKind.SEND)) {
      if (right.references() == 1) {
        removeSend(space, right);
      } else {
        right.removeReference();
      }
    } else if (right.is(RightKind.DEAD_NAME)) {
      space.dropDeadReference(right);
    } else if (right.is(RightKind.SEND_ONCE)) {
      removeSendOnce(space, right);
    } else if (right.is(RightKind.PORT_SET)) {
      removeSet(space, right);
    } else {
      return KernReturn.INVALID_RIGHT;
    }
    return KernReturn.SUCCESS;
  }

  static Outcome<Integer> count(Space space, int name, int kindNumber) {
    if (kindNumber < 0 || kindNumber > LABEL) {
      return Outcome.failure(KernReturn.INVALID_VALUE);
    }
    @Nullable RightKind kind = RightKind.of(kindNumber).orElse(null);
    if (Space.isBare(name)) {
      return kind == RightKind.SEND || kind == RightKind.SEND_ONCE
          ? Outcome.of(1)
          : Outcome.failure(KernReturn.INVALID_NAME);
    }
    Right right = space.find(name);
    if (right == null) {
      return Outcome.failure(KernReturn.INVALID_NAME);
    }
    if (kind == null || !right.is(kind)) {
      return Outcome.of(0);
    }
    boolean counted = kind == RightKind.SEND || kind == RightKind.DEAD_NAME;
    return Outcome.of(counted ? right.references() : 1);
  }

  private static KernReturn guarded(Space space, Right right, GuardException exception) {
    space.ipc().violated(space.task(), right.name(), exception, right.port().guard());
    return KernReturn.INVALID_RIGHT;
  }

  /** As {@link #destroy}; INVALID_RIGHT for a receive right with a guard. */
  static KernReturn destroyUnlessGuarded(Space space, Right right) {
    if (right.is(RightKind.RECEIVE) && right.port().guard().guarded()) {
      return guarded(space, right, GuardException.DESTROY);
    }
    destroy(space, right);
    return KernReturn.SUCCESS;
  }

  /** Takes send references, then ends the port; after the check. */
  static void destruct(Space space, Right right, int difference) {
    if (difference != 0) {
      KernReturn counted = count(space, right, difference);
      if (counted != KernReturn.SUCCESS) {
        throw new IllegalStateException("checked before: " + counted);
      }
    }
    removeReceive(space, right);
  }

  /** Everything behind a name: the send side first, so that no-senders precedes the port's end. */
  static void destroy(Space space, Right right) {
    if (right.is(RightKind.DEAD_NAME)) {
      space.freeName(right);
    } else if (right.is(RightKind.PORT_SET)) {
      removeSet(space, right);
    } else if (right.is(RightKind.SEND_ONCE)) {
      removeSendOnce(space, right);
    } else {
      boolean receive = right.is(RightKind.RECEIVE);
      if (right.is(RightKind.SEND)) {
        removeSend(space, right);
      }
      if (receive) {
        removeReceive(space, right);
      }
    }
  }

  private static void removeSend(Space space, Right right) {
    Port port = right.port();
    Diminished less = right.diminished();
    if (right.is(RightKind.RECEIVE)) {
      right.removeSend();
    } else {
      space.remove(right);
    }
    port.loseSend(less);
  }

  private static void removeSendOnce(Space space, Right right) {
    Port port = right.port();
    space.remove(right);
    space.ipc().drop(CarriedRight.of(RightKind.SEND_ONCE, port));
  }

  private static void removeSet(Space space, Right right) {
    space.freeName(right);
    right.set().destroy();
  }

  /** What stays of the name, if it was a send right too, becomes a dead name with the port. */
  private static void removeReceive(Space space, Right right) {
    Port port = right.port();
    if (right.is(RightKind.SEND)) {
      right.removeReceive();
    } else {
      space.remove(right);
    }
    port.destroyReceive();
  }
}
