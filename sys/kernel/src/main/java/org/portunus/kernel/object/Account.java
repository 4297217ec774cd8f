// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * What a task has made the kernel hold in messages. The sender pays from send to receipt.
 *
 * <p>Invariant: equals the sum over the messages that name it as payer.
 */
final class Account {
  private final Quota quota;
  private int messages;
  private long bytes;

  Account(Quota quota) {
    this.quota = quota;
  }

  boolean affords(long cost) {
    return messages < quota.messages() && bytes + cost <= quota.bytes();
  }

  void charge(long cost) {
    messages++;
    bytes += cost;
  }

  void discharge(long cost) {
    messages--;
    bytes -= cost;
  }

  int messages() {
    return messages;
  }

  long bytes() {
    return bytes;
  }
}
