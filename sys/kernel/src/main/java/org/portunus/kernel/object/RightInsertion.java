// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;

/** mach_port_insert_right within one space. */
final class RightInsertion {
  private RightInsertion() {}

  static KernReturn check(Space space, int name, int rightName, Disposition disposition) {
    KernReturn held = CopyIn.check(space, rightName, disposition);
    if (held != KernReturn.SUCCESS) {
      return held;
    }
    if (!NameTable.isWellFormed(name)) {
      return KernReturn.INVALID_VALUE;
    }
    if (CopyIn.isDead(space, rightName)) {
      return KernReturn.INVALID_CAPABILITY;
    }
    Right source = space.require(rightName);
    if (disposition == Disposition.MAKE_SEND_ONCE && !space.task().account().mayMakeOnce(1)) {
      return KernReturn.RESOURCE_SHORTAGE;
    }
    return checkTarget(space, name, source, disposition);
  }

  private static KernReturn checkTarget(
      Space space, int name, Right source, Disposition disposition) {
    NameTable.Availability availability = space.table().availability(name);
    switch (availability) {
      case RESERVED, OTHER_GENERATION -> {
        return KernReturn.FAILURE;
      }
      case BEYOND -> {
        return KernReturn.NO_SPACE;
      }
      case FREE -> {
        if (!space.hasRoom(1)) {
          return KernReturn.NO_SPACE;
        }
      }
      case USED -> {}
    }
    boolean once = disposition.arrivesAs() == RightKind.SEND_ONCE;
    boolean returns = name == source.name() && disposition != Disposition.MAKE_SEND_ONCE;
    if (!once && !returns && !CopyIn.frees(source, disposition)) {
      return KernReturn.RIGHT_EXISTS;
    }
    return returns || availability == NameTable.Availability.FREE
        ? KernReturn.SUCCESS
        : KernReturn.NAME_EXISTS;
  }

  /** After the check. */
  static void insert(Space space, int name, int rightName, Disposition disposition) {
    Port port = space.require(rightName).port();
    CarriedRight right = CopyIn.take(space, rightName, disposition);
    Right existing = right.entryIn(space);
    if (existing != null) {
      CopyOut.merge(space, right, port, existing);
    } else {
      space.chooseName(name);
      CopyOut.enter(space, right, port, name);
    }
  }
}
