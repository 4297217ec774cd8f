// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.StartOrder;
import org.portunus.kernel.object.CarriedRight;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.Space;

/**
 * The receive rights of a launch's services, in the kernel's hands from launchd's request until the
 * sandbox was verified. Clients may connect meanwhile; what they send waits in the ports.
 *
 * <p>Lock: none; the loop.
 */
public final class EntrustedPorts {
  private List<CarriedRight> rights;

  /**
   * @param rights receive rights, in the order of the launch record's services
   */
  public EntrustedPorts(List<CarriedRight> rights) {
    this.rights = List.copyOf(rights);
  }

  static EntrustedPorts none() {
    return new EntrustedPorts(List.of());
  }

  /**
   * Gives them to the task, in a new port set. What a holder before it required of clients does not
   * count any more.
   *
   * @return what the task is told; empty if its space has no room
   */
  Optional<StartOrder> give(Space space, LaunchRecord record) {
    Outcome<Integer> set = space.allocate(RightKind.PORT_SET);
    if (set.value().isEmpty()) {
      return Optional.empty();
    }
    rights.stream()
        .flatMap(right -> right.port().stream())
        .forEach(port -> port.setClientRequirement(Optional.empty()));
    Outcome<List<PortDescriptor>> inserted = space.insertAll(rights);
    if (inserted.value().isEmpty()) {
      return Optional.empty();
    }
    rights = List.of();
    List<Integer> names = new ArrayList<>();
    for (PortDescriptor right : inserted.orElseThrow()) {
      if (space.moveMember(right.name(), set.orElseThrow()) != KernReturn.SUCCESS) {
        return Optional.empty();
      }
      names.add(right.name());
    }
    return Optional.of(new StartOrder(set.orElseThrow(), names, record));
  }

  /** Gives up those that no task has got: they go to who asked for their return. */
  void release(Ipc ipc) {
    rights.forEach(ipc::release);
    rights = List.of();
  }
}
