// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.SpecialPort;
import org.portunus.abi.mach.TaskFlavor;

/**
 * The ports that stand for a task, made when first asked for, and those that the kernel keeps for
 * it.
 *
 * <p>Invariants: what is kept is a send right; after the task's end there are ports of neither
 * kind, and every name for one of its own is dead.
 */
public final class TaskPorts {
  private final Ipc ipc;
  private final Task task;
  private final @Nullable Port[] own = new @Nullable Port[TaskFlavor.values().length];
  private final Map<SpecialPort, CarriedRight> kept = new EnumMap<>(SpecialPort.class);

  TaskPorts(Ipc ipc, Task task) {
    this.ipc = ipc;
    this.task = task;
  }

  /** The port of a flavour: INVALID_TASK once the task has ended. */
  public Outcome<Port> own(TaskFlavor flavor) {
    if (!task.isAlive()) {
      return Outcome.failure(KernReturn.INVALID_TASK);
    }
    Port port = own[flavor.number()];
    if (port == null) {
      port = ipc.createKernelPort((_, message) -> ipc.serveTask(task, flavor, message));
      own[flavor.number()] = port;
    }
    return Outcome.of(port);
  }

  /** A new send right to a port of the task's own, or to one that is kept for it. */
  public Optional<CarriedRight> sendRight(SpecialPort which) {
    return which
        .flavor()
        .map(flavor -> own(flavor).value().map(Port::makeSend))
        .orElseGet(() -> Optional.ofNullable(kept.get(which)).map(CarriedRight::copySend));
  }

  /**
   * Keeps a send right, in place of the one before; nobody's if empty.
   *
   * @return SUCCESS, or NO_ACCESS for a port that nobody may change, INVALID_ARGUMENT for a task
   *     that has ended: then the right stays the caller's
   */
  public KernReturn keep(SpecialPort which, Optional<CarriedRight> right) {
    if (which == SpecialPort.KERNEL || which == SpecialPort.HOST) {
      return KernReturn.NO_ACCESS;
    }
    if (which.flavor().isPresent() || !task.isAlive()) {
      return KernReturn.INVALID_ARGUMENT;
    }
    CarriedRight last = kept.remove(which);
    right.ifPresent(next -> kept.put(which, next));
    if (last != null) {
      ipc.drop(last);
    }
    ipc.settle();
    return KernReturn.SUCCESS;
  }

  @Nullable CarriedRight kept(SpecialPort which) {
    return kept.get(which);
  }

  /** Those of its own that somebody has asked for. */
  List<Port> made() {
    return Arrays.stream(own).filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }

  void end() {
    for (Port port : made()) {
      port.destroyKernelPort();
    }
    Arrays.fill(own, null);
    kept.values().forEach(ipc::drop);
    kept.clear();
  }
}
