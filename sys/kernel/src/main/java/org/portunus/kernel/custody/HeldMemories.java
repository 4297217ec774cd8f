// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.custody;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.MessagePart;
import org.portunus.abi.wire.TicketKind;
import org.portunus.kernel.object.Custody;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;

/**
 * The memory objects of one task's messages that nobody has received.
 *
 * <p>Invariants: at most {@link #MAX_OF_TASK}, and no more than the task's share of the room for
 * descriptors leaves. Lock: none; the loop.
 */
public final class HeldMemories {
  /** Most of one task. */
  public static final int MAX_OF_TASK = 64;

  private final Closer closer;
  private final DescriptorRoom room;
  private int held;

  /**
   * @param room the task's part
   */
  public HeldMemories(Closer closer, DescriptorRoom room) {
    this.closer = closer;
    this.room = room;
  }

  /**
   * Takes descriptors over, if all are memory as their parts say: fully sealed, or of fixed size
   * and writable by nobody who has it not mapped already; else they are closed.
   *
   * @param taken gets the custody of each
   * @return SUCCESS, SEND_INVALID_MEMORY, or RESOURCE_SHORTAGE if the task has too many
   */
  public KernReturn take(
      List<Descriptor> descriptors, List<MessagePart> parts, List<Custody> taken) {
    KernReturn result = check(descriptors, parts);
    if (result != KernReturn.SUCCESS) {
      descriptors.forEach(closer::close);
      return result;
    }
    List<Custody> custody = new ArrayList<>(descriptors.size());
    for (Descriptor descriptor : descriptors) {
      room.take(1);
      held++;
      custody.add(new HeldMemory(descriptor, this));
    }
    taken.addAll(custody);
    return KernReturn.SUCCESS;
  }

  private KernReturn check(List<Descriptor> descriptors, List<MessagePart> parts) {
    for (int i = 0; i < descriptors.size(); i++) {
      boolean isVolatile = parts.get(i) instanceof MessagePart.VolatileMemory;
      if (!isSealed(descriptors.get(i)) && !(isVolatile && isShared(descriptors.get(i)))) {
        return KernReturn.SEND_INVALID_MEMORY;
      }
    }
    int more = descriptors.size();
    return held + more <= MAX_OF_TASK && room.mayGrow(more)
        ? KernReturn.SUCCESS
        : KernReturn.RESOURCE_SHORTAGE;
  }

  private static boolean isSealed(Descriptor descriptor) {
    return KeptRight.refusalOf(TicketKind.MEMORY, descriptor).isEmpty();
  }

  private static boolean isShared(Descriptor descriptor) {
    int flags = descriptor.statusFlags();
    return flags >= 0
        && (flags & OpenFlag.PATH) == 0
        && MemoryFile.isShared(MemoryFile.sealBits(descriptor.raw()));
  }

  Closer closer() {
    return closer;
  }

  void gone() {
    held--;
    room.giveBack(1);
  }
}
