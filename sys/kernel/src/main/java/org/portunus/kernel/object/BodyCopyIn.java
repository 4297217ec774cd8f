// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.mach.GuardException;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.MessagePart;
import org.portunus.abi.wire.PortDescriptor;

/**
 * The rights in the body of a message on their way out of a space.
 *
 * @param result SUCCESS; SEND_INVALID_TYPE if the descriptors contradict themselves, before any
 *     right is taken; SEND_INVALID_RIGHT at the first that the sender does not hold, or whose guard
 *     it does not know
 * @param rights those that were taken before
 */
record BodyCopyIn(KernReturn result, List<CarriedRight> rights) {

  static BodyCopyIn take(Space space, MessageBody body, List<PortDescriptor> rights) {
    if (!isConsistent(body, rights)) {
      return new BodyCopyIn(KernReturn.SEND_INVALID_TYPE, List.of());
    }
    List<CarriedRight> taken = new ArrayList<>(rights.size());
    if (body.parts().isEmpty()) {
      return new BodyCopyIn(takeAll(space, rights, taken), taken);
    }
    int next = 0;
    for (MessagePart part : body.parts()) {
      List<PortDescriptor> described = rights.subList(next, next + part.rights());
      KernReturn result =
          part instanceof MessagePart.Guarded guarded
              ? takeGuarded(space, guarded, described.getFirst(), taken)
              : takeAll(space, described, taken);
      if (result != KernReturn.SUCCESS) {
        return new BodyCopyIn(result, taken);
      }
      next += part.rights();
    }
    return new BodyCopyIn(KernReturn.SUCCESS, taken);
  }

  private static boolean isConsistent(MessageBody body, List<PortDescriptor> rights) {
    int next = 0;
    for (MessagePart part : body.parts()) {
      List<PortDescriptor> described = rights.subList(next, next + part.rights());
      boolean consistent =
          switch (part) {
            case MessagePart.Guarded guarded -> guarded.isValid(described.getFirst());
            case MessagePart.Ports _ ->
                described.stream().map(PortDescriptor::disposition).distinct().count() <= 1;
            case MessagePart.Port _, MessagePart.Memory _, MessagePart.VolatileMemory _ -> true;
          };
      if (!consistent) {
        return false;
      }
      next += part.rights();
    }
    return true;
  }

  private static KernReturn takeAll(
      Space space, List<PortDescriptor> rights, List<CarriedRight> taken) {
    for (PortDescriptor right : rights) {
      if (!isHeld(space, right)) {
        return KernReturn.SEND_INVALID_RIGHT;
      }
      taken.add(take(space, right));
    }
    return KernReturn.SUCCESS;
  }

  private static KernReturn takeGuarded(
      Space space, MessagePart.Guarded guarded, PortDescriptor right, List<CarriedRight> taken) {
    if (!isHeld(space, right)
        || (!Space.isBare(right.name()) && !opens(space, guarded, right.name()))) {
      return KernReturn.SEND_INVALID_RIGHT;
    }
    taken.add(take(space, right));
    return KernReturn.SUCCESS;
  }

  private static boolean opens(Space space, MessagePart.Guarded guarded, int name) {
    PortGuard known = space.require(name).port().guard();
    boolean unguarded = (guarded.flags() & MessagePart.Guarded.UNGUARDED_ON_SEND) != 0;
    boolean opens =
        known.guarded()
            ? known.context() == guarded.context()
            : unguarded && guarded.context() == 0;
    if (!opens) {
      space.ipc().violated(space.task(), name, GuardException.INCORRECT_GUARD, known);
    }
    return opens;
  }

  private static boolean isHeld(Space space, PortDescriptor right) {
    return Space.isBare(right.name())
        || CopyIn.check(space, right.name(), right.disposition()) == KernReturn.SUCCESS;
  }

  static CarriedRight take(Space space, PortDescriptor right) {
    return Space.isBare(right.name())
        ? CarriedRight.bare(right.disposition().arrivesAs(), right.name())
        : CopyIn.take(space, right.name(), right.disposition());
  }
}
