// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;

/** New receive rights, port sets and dead names of a space. */
record Allocations(Space space) {
  /** Most names that one request asks for. */
  static final int MOST = 1024;

  Outcome<Integer> one(RightKind kind) {
    Outcome<int[]> names = several(kind, 1);
    return names.value().isPresent()
        ? Outcome.of(names.value().get()[0])
        : Outcome.failure(names.result());
  }

  Outcome<int[]> several(RightKind kind, int count) {
    KernReturn result = count > MOST ? KernReturn.INVALID_ARGUMENT : allocatable(kind);
    if (result != KernReturn.SUCCESS) {
      return Outcome.failure(result);
    }
    if (!space.hasRoom(count)) {
      return space.full();
    }
    int[] names = new int[count];
    for (int i = 0; i < count; i++) {
      names[i] = space.newName();
      allocateUnder(kind, names[i]);
    }
    return Outcome.of(names);
  }

  KernReturn chosen(RightKind kind, int name) {
    KernReturn result = allocatable(kind);
    if (result != KernReturn.SUCCESS) {
      return result;
    }
    if (!NameTable.isWellFormed(name)) {
      return KernReturn.INVALID_VALUE;
    }
    return switch (space.table().availability(name)) {
      case USED -> KernReturn.NAME_EXISTS;
      case RESERVED, OTHER_GENERATION -> KernReturn.FAILURE;
      case BEYOND -> KernReturn.NO_SPACE;
      case FREE -> {
        if (!space.hasRoom(1)) {
          yield space.full().result();
        }
        space.chooseName(name);
        allocateUnder(kind, name);
        yield KernReturn.SUCCESS;
      }
    };
  }

  private KernReturn allocatable(RightKind kind) {
    if (!space.isActive()) {
      return KernReturn.INVALID_TASK;
    }
    return switch (kind) {
      case RECEIVE, PORT_SET, DEAD_NAME -> KernReturn.SUCCESS;
      case SEND, SEND_ONCE -> KernReturn.INVALID_VALUE;
    };
  }

  private void allocateUnder(RightKind kind, int name) {
    switch (kind) {
      case RECEIVE -> {
        Port port = new Port(space.ipc(), Optional.empty());
        space.enter(port, Right.toPort(name, port, RightKind.RECEIVE));
        port.receivedBy(space, name);
      }
      case PORT_SET -> space.table().put(Right.toSet(name, new PortSet(space.ipc(), name)));
      case DEAD_NAME -> space.table().put(Right.deadName(name));
      case SEND, SEND_ONCE -> throw new IllegalStateException("checked before");
    }
  }
}
