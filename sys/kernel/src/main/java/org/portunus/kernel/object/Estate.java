// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.Disposition;
import org.portunus.abi.mach.KernReturn;

/**
 * Ports that outlive the task that receives from them, each known by a name that the task chose: so
 * the next one of its kind can go on with them. Their queues, rights and requests stay as they are.
 *
 * <pre>
 *   keep --> watched --takeOver--> left --claim--> watched
 *               |                   |
 *               +--- port dead      +--- giveUpRest: the port ends, or goes to who asked for it
 * </pre>
 *
 * <p>Invariants: at most {@link #MOST} names; a send right is held for each, and for those left the
 * receive right too, unless another task, a message or the kernel had it.
 *
 * <p>Lock: none; the loop.
 */
public final class Estate {
  /** Most names. */
  public static final int MOST = Quota.STANDARD.names();

  private final Ipc ipc;
  private final Map<String, Kept> kept = new LinkedHashMap<>();

  /** A port of the estate. */
  private static final class Kept {
    final CarriedRight send;
    @Nullable CarriedRight receive;
    boolean left;

    Kept(CarriedRight send) {
      this.send = send;
    }

    boolean isAlive() {
      Port port = send.target();
      return port != null && port.isAlive();
    }
  }

  public Estate(Ipc ipc) {
    this.ipc = ipc;
  }

  /**
   * From now on the port is known by this name. Consumes the right, whatever the result.
   *
   * @param send a send right
   * @return NAME_EXISTS while a living port has the name, NO_SPACE, INVALID_CAPABILITY for a dead
   *     port or one whose receive right does not move
   */
  public KernReturn keep(String name, CarriedRight send) {
    KernReturn result = keepable(name, send);
    if (result == KernReturn.SUCCESS) {
      kept.put(name, new Kept(send));
    } else {
      ipc.release(send);
    }
    return result;
  }

  private KernReturn keepable(String name, CarriedRight send) {
    dropDead();
    Port port = send.target();
    if (port == null || !port.isAlive() || port.role().receiveIsImmovable()) {
      return KernReturn.INVALID_CAPABILITY;
    }
    if (kept.containsKey(name)) {
      return KernReturn.NAME_EXISTS;
    }
    return kept.size() >= MOST ? KernReturn.NO_SPACE : KernReturn.SUCCESS;
  }

  /** Takes the receive rights that this task holds of its ports; before the task terminates. */
  public void takeOver(Task task) {
    dropDead();
    for (Kept each : kept.values()) {
      Port port = each.send.target();
      if (port != null && port.receiver() == task.space()) {
        each.receive = CopyIn.take(task.space(), port.receiverName(), Disposition.MOVE_RECEIVE);
      }
      each.left = true;
    }
    ipc.settle();
  }

  /**
   * What is left by this name, once: a send right, and the receive right if it is here. Empty if
   * nothing is. The name stays the port's.
   */
  public List<CarriedRight> claim(String name) {
    Kept found = kept.get(name);
    if (found == null || !found.left || !found.isAlive()) {
      return List.of();
    }
    List<CarriedRight> rights = new ArrayList<>();
    Optional.ofNullable(found.receive).ifPresent(rights::add);
    found.receive = null;
    found.left = false;
    rights.add(found.send.copySend());
    return rights;
  }

  /** Nobody claims what is left now. */
  public void giveUpRest() {
    List<Kept> rest = kept.values().stream().filter(each -> each.left).toList();
    kept.values().removeAll(rest);
    rest.forEach(this::giveUp);
    ipc.settle();
  }

  private void dropDead() {
    List<Kept> dead = kept.values().stream().filter(each -> !each.isAlive()).toList();
    kept.values().removeAll(dead);
    dead.forEach(this::giveUp);
  }

  private void giveUp(Kept gone) {
    ipc.drop(gone.send);
    Optional.ofNullable(gone.receive).ifPresent(ipc::drop);
  }

  /** How many names there are. */
  public int size() {
    return kept.size();
  }
}
