// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.SendPowers;

/**
 * Send rights with fewer powers: Zircon's handles with rights, under Mach's names.
 *
 * <p>A diminished right is a send right of its port and counts as a sender; it has a name of its
 * own, which only its copies join. What arrives where the port is received from, or where another
 * right to the port is, stays apart too, so that names never add powers up. One that can't be
 * copied is sent by, connected by and moved, each move taking all references of its name along; a
 * message that comes back gives it back only where the name still is. When its time is up, its
 * names become dead names, as if the port had died: with DEAD_NAME to who asked for it, NO_SENDERS
 * if it was the last, SEND_EXPIRED for who sends by such a name or waited to; on its way it arrives
 * as MACH_PORT_DEAD, and counts as a sender until then. What was sent before stays sent.
 */
public final class DiminishedRights {
  private DiminishedRights() {}

  /**
   * A new send right with what these powers leave of another's.
   *
   * @param disposition MAKE_SEND, COPY_SEND or MOVE_SEND; others are INVALID_VALUE
   * @return the new name; INVALID_NAME, INVALID_RIGHT, INVALID_CAPABILITY of a dead name, a right
   *     that stays where it is, or a copy of one that can't be copied; NO_SPACE; RESOURCE_SHORTAGE
   *     if more ranges of ids would be left than a right may have
   */
  public static Outcome<Integer> diminish(
      Space space, int name, Disposition disposition, SendPowers powers) {
    Ipc ipc = space.ipc();
    ipc.expiries.end();
    KernReturn result =
        space.isActive() ? check(space, name, disposition) : KernReturn.INVALID_TASK;
    if (result != KernReturn.SUCCESS) {
      ipc.settle();
      return Outcome.failure(result);
    }
    long now = ipc.expiries.now();
    Diminished before = space.require(name).diminished();
    SendPowers left = before == null ? powers : before.powersAt(now).and(powers);
    if (left.ids().size() > SendPowers.MOST_RANGES) {
      ipc.settle();
      return Outcome.failure(KernReturn.RESOURCE_SHORTAGE);
    }
    CarriedRight whole = CopyIn.take(space, name, disposition);
    Port port = whole.port().orElseThrow();
    Diminished diminished = new Diminished(port, left, now, ipc.expiries.nextNumber());
    CarriedRight less = port.carryDiminished(diminished, CarriedRight.Hold.OWN);
    ipc.drop(whole);
    int made = CopyOut.put(space, less).name();
    ipc.settle();
    return Outcome.of(made);
  }

  private static KernReturn check(Space space, int name, Disposition disposition) {
    if (disposition.arrivesAs() != RightKind.SEND) {
      return KernReturn.INVALID_VALUE;
    }
    KernReturn held = CopyIn.check(space, name, disposition);
    if (held != KernReturn.SUCCESS) {
      return held;
    }
    if (CopyIn.isDead(space, name)) {
      return KernReturn.INVALID_CAPABILITY;
    }
    return CopyIn.frees(space.require(name), disposition) || space.hasRoom(1)
        ? KernReturn.SUCCESS
        : KernReturn.NO_SPACE;
  }

  /**
   * What a send right may do: {@link SendPowers#ALL} unless it is diminished.
   *
   * @return INVALID_NAME; INVALID_RIGHT; INVALID_CAPABILITY of a dead name, SEND_EXPIRED if that
   *     was a right whose time is up
   */
  public static Outcome<SendPowers> powers(Space space, int name) {
    Outcome<Port> port = space.sendRightPort(name);
    if (port.value().isEmpty()) {
      return Outcome.failure(port.result());
    }
    return Outcome.of(powersOf(space.require(name)).orElse(SendPowers.ALL));
  }

  static Optional<SendPowers> powersOf(Right right) {
    Diminished diminished = right.diminished();
    return diminished == null
        ? Optional.empty()
        : Optional.of(diminished.powersAt(diminished.port().ipc().expiries.now()));
  }
}
