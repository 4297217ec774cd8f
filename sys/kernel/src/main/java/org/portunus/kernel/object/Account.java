// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * What a task has made the kernel hold in messages, from send to receipt, and in send-once rights,
 * from making to the receipt of the message that each ends in.
 *
 * <p>Invariant: equals the sum over the messages that name it as payer, and over the ports that
 * have it in their charges.
 */
final class Account {
  private final Ipc ipc;
  private final Quota quota;
  private int messages;
  private long bytes;
  private int sendOnce;

  Account(Ipc ipc, Quota quota) {
    this.ipc = ipc;
    this.quota = quota;
  }

  boolean affords(long cost) {
    return messages < quota.messages() && bytes + cost <= Math.min(quota.bytes(), ipc.bytesShare());
  }

  void charge(long cost) {
    messages++;
    bytes += cost;
  }

  void discharge(long cost) {
    messages--;
    bytes -= cost;
  }

  /** Whether the task may make more send-once rights. */
  boolean affordsSendOnce(int more) {
    return sendOnce + more <= quota.sendOnce();
  }

  void changeSendOnce(int difference) {
    sendOnce += difference;
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
