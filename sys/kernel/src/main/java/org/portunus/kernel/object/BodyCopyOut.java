// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.wire.MessageBody;
import org.portunus.abi.wire.MessagePart;
import org.portunus.abi.wire.PortDescriptor;

/** The rights in the body of a message on their way into a space, as its descriptors say. */
final class BodyCopyOut {
  private BodyCopyOut() {}

  /**
   * Puts the rights into the receiver's space.
   *
   * @param names gets the descriptors
   * @return the body as its receiver sees it
   */
  static MessageBody receive(
      Space space, Message message, ReceiveOptions options, List<PortDescriptor> names) {
    MessageBody sent = message.content().body();
    List<MessagePart> parts = new ArrayList<>(sent.parts().size());
    int next = 0;
    for (MessagePart part : sent.parts()) {
      if (part instanceof MessagePart.Guarded guarded) {
        parts.add(receive(space, message.ports().get(next), guarded, options, names));
      } else {
        for (int i = 0; i < part.rights(); i++) {
          names.add(CopyOut.put(space, message.ports().get(next + i)));
        }
        parts.add(asReceived(part));
      }
      next += part.rights();
    }
    for (CarriedRight right : message.ports().subList(next, message.ports().size())) {
      names.add(CopyOut.put(space, right));
    }
    return sent.isPlain() ? sent : new MessageBody(List.copyOf(parts), sent.auxiliary());
  }

  private static MessagePart asReceived(MessagePart part) {
    return switch (part) {
      case MessagePart.Memory memory -> new MessagePart.Memory(memory.size(), true);
      case MessagePart.VolatileMemory memory -> new MessagePart.VolatileMemory(memory.size(), true);
      case MessagePart.Ports ports -> new MessagePart.Ports(ports.count(), true);
      case MessagePart.Port port -> port;
      case MessagePart.Guarded guarded -> guarded;
    };
  }

  /** Who does not know guarded ports loses the right, and gets a port descriptor without one. */
  private static MessagePart receive(
      Space space,
      CarriedRight right,
      MessagePart.Guarded guarded,
      ReceiveOptions options,
      List<PortDescriptor> names) {
    if (!options.guarded()) {
      names.add(new PortDescriptor(MachLimits.NAME_NULL, right.arrival()));
      space.ipc().consequence(() -> space.ipc().drop(right));
      return new MessagePart.Port();
    }
    Port port = right.target();
    PortDescriptor arrived = CopyOut.put(space, right);
    names.add(arrived);
    int flags = guarded.flags() & ~MessagePart.Guarded.UNGUARDED_ON_SEND;
    if (port == null || port.receiver() != space || flags == 0) {
      return new MessagePart.Guarded(flags, 0);
    }
    port.setGuard(new PortGuard(options.guard(), true, false, true));
    return new MessagePart.Guarded(flags, options.guard());
  }

  /** Puts the rights back into the sender's space, guarded ports with the guard that they had. */
  static void giveBack(Space space, Message message, List<PortDescriptor> names) {
    List<CarriedRight> rights = message.ports();
    for (CarriedRight right : rights) {
      names.add(CopyOut.put(space, right));
    }
    int next = 0;
    for (MessagePart part : message.content().body().parts()) {
      if (part instanceof MessagePart.Guarded guarded) {
        Port port = rights.get(next).target();
        boolean had = (guarded.flags() & MessagePart.Guarded.UNGUARDED_ON_SEND) == 0;
        if (had && port != null && port.receiver() == space) {
          port.setGuard(new PortGuard(guarded.context(), true, false, false));
        }
      }
      next += part.rights();
    }
  }
}
