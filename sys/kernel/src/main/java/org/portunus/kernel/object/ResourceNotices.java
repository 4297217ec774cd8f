// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.List;
import java.util.Optional;
import org.portunus.abi.id.EventId;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.ResourceKind;
import org.portunus.abi.mach.SpecialPort;
import org.portunus.abi.wire.ResourceMessage;

/**
 * Has each limit that a task meets recorded, and tells the task's resource port when the task meets
 * a limit: once for each kind, until it has held less. The task pays, beyond its limit if need be:
 * for one message of a kind at a time.
 *
 * <p>Invariant: told has a bit for each kind that was told and is met since.
 */
final class ResourceNotices {
  private final Ipc ipc;
  private final Task task;
  private int told;
  private boolean recorded;
  private Task blamed;
  private Optional<EventId> event = Optional.empty();

  ResourceNotices(Ipc ipc, Task task) {
    this.ipc = ipc;
    this.task = task;
    this.blamed = task;
  }

  /**
   * Something was refused for a limit. The message is a consequence.
   *
   * @param share to how much all tasks together let it grow
   */
  void met(ResourceKind kind, long held, long limit, long share) {
    event = ipc.limits().met(task, kind, held, limit, share);
    recorded = true;
    tell(kind, held, limit, share);
  }

  private void tell(ResourceKind kind, long held, long limit, long share) {
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

  /** A request of the task begins: no limit that was met before is why it is refused. */
  void begin() {
    recorded = false;
    blamed = task;
  }

  /** The request is refused for what another task holds, who would have paid for it. */
  void blame(Task other) {
    blamed = other;
  }

  /** For what whose room a request is refused. */
  Task blamed() {
    return blamed;
  }

  /** The event that records why a request is refused for want of room; empty for none. */
  Optional<EventId> refused(KernReturn result) {
    Task other = blamed;
    blamed = task;
    return other == task ? recordedFor(result) : other.notices().recordedFor(result);
  }

  private Optional<EventId> recordedFor(KernReturn result) {
    if (!recorded) {
      event = ipc.limits().refused(task, result);
    }
    recorded = false;
    return event;
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
