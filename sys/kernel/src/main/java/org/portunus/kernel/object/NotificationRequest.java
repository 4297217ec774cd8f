// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.PortDescriptor;

/** mach_port_request_notification: a send-once right kept until something happens. */
final class NotificationRequest {
  private NotificationRequest() {}

  static Outcome<Optional<PortDescriptor>> make(
      Space space,
      int name,
      Optional<NotificationKind> kind,
      int sync,
      Optional<PortDescriptor> notify) {
    KernReturn result =
        notify.map(right -> checkNotify(space, name, right)).orElse(KernReturn.SUCCESS);
    if (result == KernReturn.SUCCESS) {
      result = kind.map(k -> check(space, name, k, sync, notify)).orElse(KernReturn.INVALID_VALUE);
    }
    if (result != KernReturn.SUCCESS) {
      return Outcome.failure(result);
    }
    Right right = space.require(name);
    @Nullable CarriedRight once =
        notify.map(n -> CopyIn.take(space, n.name(), n.disposition())).orElse(null);
    @Nullable CarriedRight previous =
        switch (kind.orElseThrow()) {
          case DEAD_NAME -> deadName(space, right, once, Right.Asked.DEATH);
          case SEND_POSSIBLE -> sendPossible(space, right, sync, once);
          case NO_SENDERS -> noSenders(space, right.port(), sync, once);
          case PORT_DESTROYED -> portDestroyed(right.port(), once);
          case PORT_DELETED, SEND_ONCE -> throw new IllegalStateException("checked");
        };
    return Outcome.of(Optional.ofNullable(previous).map(old -> CopyOut.put(space, old)));
  }

  private static KernReturn checkNotify(Space space, int name, PortDescriptor notify) {
    if (notify.disposition() != Disposition.MAKE_SEND_ONCE
        && notify.disposition() != Disposition.MOVE_SEND_ONCE) {
      return KernReturn.INVALID_VALUE;
    }
    KernReturn result = CopyIn.check(space, notify.name(), notify.disposition());
    if (result != KernReturn.SUCCESS) {
      return result;
    }
    if (CopyIn.isDead(space, notify.name())) {
      return KernReturn.INVALID_CAPABILITY;
    }
    if (notify.disposition() == Disposition.MAKE_SEND_ONCE) {
      return space.task().account().mayMakeOnce(1)
          ? KernReturn.SUCCESS
          : KernReturn.RESOURCE_SHORTAGE;
    }
    return notify.name() == name ? KernReturn.INVALID_NAME : KernReturn.SUCCESS;
  }

  private static KernReturn check(
      Space space, int name, NotificationKind kind, int sync, Optional<PortDescriptor> notify) {
    return switch (kind) {
      case DEAD_NAME, SEND_POSSIBLE -> checkDeadName(space, name, sync, notify);
      case NO_SENDERS -> {
        KernReturn result = space.checkKind(name, RightKind.RECEIVE);
        yield result == KernReturn.SUCCESS
            ? roomFor(space, space.require(name).port().noSendersRequest(), notify)
            : result;
      }
      case PORT_DESTROYED -> {
        if (sync != 0) {
          yield KernReturn.INVALID_VALUE;
        }
        KernReturn result = space.checkKind(name, RightKind.RECEIVE);
        boolean second =
            result == KernReturn.SUCCESS
                && space.require(name).port().portDestroyedRequest() != null;
        yield second ? KernReturn.FAILURE : result;
      }
      case PORT_DELETED, SEND_ONCE -> KernReturn.INVALID_VALUE;
    };
  }

  private static KernReturn checkDeadName(
      Space space, int name, int sync, Optional<PortDescriptor> notify) {
    if (Space.isBare(name)) {
      return KernReturn.INVALID_ARGUMENT;
    }
    Right right = space.find(name);
    if (right == null) {
      return KernReturn.INVALID_NAME;
    }
    if (right.is(RightKind.PORT_SET)) {
      return KernReturn.INVALID_RIGHT;
    }
    if (right.is(RightKind.DEAD_NAME)) {
      return sync != 0 && notify.isPresent() ? KernReturn.SUCCESS : KernReturn.INVALID_ARGUMENT;
    }
    return roomFor(space, right.request(), notify);
  }

  /** The right of the request before needs a name. */
  private static KernReturn roomFor(
      Space space, @Nullable CarriedRight previous, Optional<PortDescriptor> notify) {
    boolean frees = notify.filter(n -> n.disposition() == Disposition.MOVE_SEND_ONCE).isPresent();
    return previous == null || frees || space.hasRoom(1) ? KernReturn.SUCCESS : KernReturn.NO_SPACE;
  }

  private static @Nullable CarriedRight deadName(
      Space space, Right right, @Nullable CarriedRight once, Right.Asked asked) {
    if (right.is(RightKind.DEAD_NAME) && once != null) {
      right.addReference();
      space.ipc().notify(once, NotificationKind.DEAD_NAME, right.name());
      return null;
    }
    CarriedRight previous = right.request();
    right.forgetRequest();
    if (once != null) {
      right.ask(once, asked);
    }
    return previous;
  }

  /** With sync at once, if there is room; without it only after a send that was refused. */
  private static @Nullable CarriedRight sendPossible(
      Space space, Right right, int sync, @Nullable CarriedRight once) {
    if (right.is(RightKind.DEAD_NAME) || once == null || sync == 0) {
      return deadName(space, right, once, Right.Asked.ROOM_LATER);
    }
    boolean room =
        right.is(RightKind.SEND_ONCE) || right.port().isKernels() || !right.port().queue().isFull();
    if (!room) {
      return deadName(space, right, once, Right.Asked.ROOM);
    }
    CarriedRight previous = right.request();
    right.forgetRequest();
    space.ipc().notify(once, NotificationKind.SEND_POSSIBLE, right.name());
    return previous;
  }

  /** After a send that was refused for want of room, of one who asked to hear of it. */
  static void arm(Space space, int name) {
    Right right = space.find(name);
    if (right != null) {
      right.armRequest();
    }
  }

  private static @Nullable CarriedRight noSenders(
      Space space, Port port, int sync, @Nullable CarriedRight once) {
    CarriedRight previous = port.noSendersRequest();
    boolean due =
        port.sendRights() == 0 && Integer.compareUnsigned(sync, port.makeSendCount()) <= 0;
    if (once != null && due) {
      port.setNoSendersRequest(null);
      space.ipc().notify(once, NotificationKind.NO_SENDERS, port.makeSendCount());
    } else {
      port.setNoSendersRequest(once);
    }
    return previous;
  }

  private static @Nullable CarriedRight portDestroyed(Port port, @Nullable CarriedRight once) {
    if (once != null) {
      port.setPortDestroyedRequest(once);
    }
    return null;
  }
}
