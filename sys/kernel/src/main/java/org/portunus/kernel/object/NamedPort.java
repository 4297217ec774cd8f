// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.SendPowers;

/**
 * A name of a space and what it stands for, for reports.
 *
 * @param type mask of RightKind.typeBit
 * @param receiver who receives from the port; empty of a set, a dead name, a port of the kernel and
 *     one whose receive right is on its way
 * @param isKernels whether the kernel receives
 * @param set a set that the port is in, 0 if it is in none
 * @param powers what a diminished right lacks; empty of others
 */
public record NamedPort(
    int name,
    int type,
    int sends,
    Optional<Task> receiver,
    int receiverName,
    boolean isKernels,
    int queued,
    int set,
    String powers) {
  static NamedPort of(Right right) {
    if (right.is(RightKind.PORT_SET) || right.is(RightKind.DEAD_NAME)) {
      return new NamedPort(right.name(), right.type(), 0, Optional.empty(), 0, false, 0, 0, "");
    }
    Port port = right.port();
    return new NamedPort(
        right.name(),
        right.type(),
        right.is(RightKind.SEND) ? right.references() : 0,
        port.receivingTask(),
        port.receiverName(),
        port.isKernels(),
        port.queuedMessages(),
        port.queue().sets.isEmpty() ? 0 : port.queue().sets.getFirst().name(),
        DiminishedRights.powersOf(right).map(SendPowers::toText).orElse(""));
  }
}
