// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.RightKind;

/** Ports into sets and out of them. */
final class Membership {
  /** Bounds the pairs of port and set that a space can build from its names. */
  static final int SETS_PER_PORT = 32;

  private Membership() {}

  static KernReturn insert(Space space, int member, int set) {
    KernReturn result = check(space, member, set);
    if (result != KernReturn.SUCCESS) {
      return result;
    }
    Port port = space.require(member).port();
    PortSet target = space.require(set).set();
    if (target.members.contains(port)) {
      return KernReturn.ALREADY_IN_SET;
    }
    if (port.queue().sets.size() >= SETS_PER_PORT) {
      return KernReturn.RESOURCE_SHORTAGE;
    }
    add(space, port, target);
    return KernReturn.SUCCESS;
  }

  static KernReturn extract(Space space, int member, int set) {
    KernReturn result = check(space, member, set);
    if (result != KernReturn.SUCCESS) {
      return result;
    }
    Port port = space.require(member).port();
    PortSet source = space.require(set).set();
    if (!source.members.contains(port)) {
      return KernReturn.NOT_IN_SET;
    }
    source.remove(port);
    return KernReturn.SUCCESS;
  }

  static KernReturn move(Space space, int member, int set) {
    KernReturn result =
        set == MachLimits.NAME_NULL
            ? space.checkKind(member, RightKind.RECEIVE)
            : check(space, member, set);
    if (result != KernReturn.SUCCESS) {
      return result;
    }
    Port port = space.require(member).port();
    if (set == MachLimits.NAME_NULL && port.queue().sets.isEmpty()) {
      return KernReturn.NOT_IN_SET;
    }
    for (PortSet old : new ArrayList<>(port.queue().sets)) {
      old.remove(port);
    }
    if (set != MachLimits.NAME_NULL) {
      add(space, port, space.require(set).set());
    }
    return KernReturn.SUCCESS;
  }

  private static void add(Space space, Port port, PortSet set) {
    set.add(port);
    space.ipc().settle();
  }

  private static KernReturn check(Space space, int member, int set) {
    KernReturn result = space.checkKind(member, RightKind.RECEIVE);
    return result == KernReturn.SUCCESS ? space.checkKind(set, RightKind.PORT_SET) : result;
  }
}
