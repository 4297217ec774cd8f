// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.portunus.abi.mach.ResourceKind;

/**
 * What a task has made the kernel hold in messages, from send to receipt, and in send-once rights,
 * from making to the receipt of the message that each ends in.
 *
 * <p>Invariant: equals the sum over the messages that name it as payer, and over the ports that
 * have it in their charges.
 */
final class Account {
  private final Ipc ipc;
  private final Task task;
  private int messages;
  private long bytes;
  private int sendOnce;

  Account(Ipc ipc, Task task) {
    this.ipc = ipc;
    this.task = task;
  }

  /** Whose it is. */
  Task task() {
    return task;
  }

  /** Whether the task may send more; it is told if not. */
  boolean affords(long cost) {
    Quota quota = task.quota();
    if (messages >= quota.messages()) {
      task.notices().met(ResourceKind.MESSAGES, messages, quota.messages(), quota.messages());
      return false;
    }
    if (bytes + cost > Math.min(quota.bytes(), ipc.bytesShare())) {
      task.notices().met(ResourceKind.BYTES, bytes, quota.bytes(), ipc.bytesShare());
      return false;
    }
    return true;
  }

  void charge(long cost) {
    messages++;
    bytes += cost;
  }

  void discharge(long cost) {
    messages--;
    bytes -= cost;
    if (messages < task.quota().messages()) {
      task.notices().less(ResourceKind.MESSAGES);
    }
    task.notices().less(ResourceKind.BYTES);
  }

  /** Whether the task may make more send-once rights. */
  boolean affordsSendOnce(int more) {
    return sendOnce + more <= task.quota().sendOnce();
  }

  /** The same of a task that wants to; it is told if not. */
  boolean mayMakeOnce(int more) {
    boolean may = affordsSendOnce(more);
    if (!may) {
      int limit = task.quota().sendOnce();
      task.notices().met(ResourceKind.SEND_ONCE, sendOnce, limit, limit);
    }
    return may;
  }

  void changeSendOnce(int difference) {
    sendOnce += difference;
    if (difference < 0) {
      task.notices().less(ResourceKind.SEND_ONCE);
    }
  }

  int sendOnce() {
    return sendOnce;
  }

  int messages() {
    return messages;
  }

  long bytes() {
    return bytes;
  }
}
