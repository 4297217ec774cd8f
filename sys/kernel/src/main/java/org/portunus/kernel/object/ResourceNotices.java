// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.mach.ResourceKind;
import org.portunus.abi.mach.SpecialPort;
import org.portunus.abi.wire.ResourceMessage;

/**
 * Tells a task's resource port when the task meets a limit: once for each kind, until it has held
 * less. The task pays, beyond its limit if need be: for one message of a kind at a time.
 *
 * <p>Invariant: told has a bit for each kind that was told and is met since.
 */
final class ResourceNotices {
  private final Ipc ipc;
  private final Task task;
  private int told;

  ResourceNotices(Ipc ipc, Task task) {
    this.ipc = ipc;
    this.task = task;
  }

  /**
   * Something was refused for a limit. The message is a consequence.
   *
   * @param share to how much all tasks together let it grow
   */
  void met(ResourceKind kind, long held, long limit, long share) {
    CarriedRight port = task.ports().kept(SpecialPort.RESOURCE_NOTIFY);
    Port target = port == null ? null : port.target();
    if (isTold(kind) || port == null || target == null || target.queue().isFull()) {
      return;
    }
    told |= bit(kind);
    KernelMessage message =
        new KernelMessage(
            kind.number(),
            new ResourceMessage(task.id().counter(), held, limit, share).toBytes(),
            Optional.empty(),
            List.of(),
            List.of(),
            ipc.kernelToken());
    ipc.sendOnCredit(task, port.copySend(), message);
  }

  /** The task holds less of this than it did. */
  void less(ResourceKind kind) {
    told &= ~bit(kind);
  }

  private boolean isTold(ResourceKind kind) {
    return (told & bit(kind)) != 0;
  }

  private static int bit(ResourceKind kind) {
    return switch (kind) {
      case NAMES -> 1;
      case MESSAGES -> 2;
      case BYTES -> 4;
      case SEND_ONCE -> 8;
    };
  }
}
