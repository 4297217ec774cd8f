// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.KernReturn;

/**
 * Ports that are received from together.
 *
 * <p>Invariants: members are ports whose receive right is in the set's space. {@code ready} holds
 * exactly the members with a queued message, in the order in which they are served: a member that
 * was served goes to the end, so none starves. Nobody waits on the set while a member is ready.
 */
final class PortSet {
  private final Ipc ipc;
  private final int name;
  final SequencedSet<Port> members = new LinkedHashSet<>();
  final SequencedSet<Port> ready = new LinkedHashSet<>();
  final SequencedSet<PendingReceive> receivers = new LinkedHashSet<>();
  private @Nullable ArmContinuation arm;

  PortSet(Ipc ipc, int name) {
    this.ipc = ipc;
    this.name = name;
    ipc.tally.portSets++;
  }

  int name() {
    return name;
  }

  void setArm(@Nullable ArmContinuation continuation) {
    arm = continuation;
  }

  /** A member has a message that nobody took. */
  void fireArm(KernReturn result) {
    ArmContinuation fired = arm;
    if (fired != null) {
      arm = null;
      ipc.continuation(() -> fired.fired(result, name));
    }
  }

  void add(Port port) {
    members.add(port);
    port.queue().joined(this);
  }

  void remove(Port port) {
    members.remove(port);
    ready.remove(port);
    port.queue().left(this);
  }

  /** The set's name is gone. */
  void destroy() {
    ipc.tally.portSets--;
    for (Port member : new ArrayList<>(members)) {
      remove(member);
    }
    for (PendingReceive receive : List.copyOf(receivers)) {
      receive.fail(KernReturn.RCV_PORT_DIED);
    }
    fireArm(KernReturn.RCV_PORT_DIED);
  }
}
