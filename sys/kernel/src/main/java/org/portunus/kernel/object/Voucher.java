// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * An immutable set of attributes that a message brings, in the voucher slot of its header and
 * nowhere else. Named by a send right to a port of the kernel's own that nobody can send to.
 *
 * <p>Invariant: alive, and known by its attributes, while there is a send right to it; counted for
 * the task that made it first.
 */
final class Voucher implements KernelReceiver {
  private final Ipc ipc;
  private final VoucherAttributes attributes;
  private final Task maker;

  Voucher(Ipc ipc, VoucherAttributes attributes, Task maker) {
    this.ipc = ipc;
    this.attributes = attributes;
    this.maker = maker;
  }

  VoucherAttributes attributes() {
    return attributes;
  }

  Task maker() {
    return maker;
  }

  /** Only the kernel itself could have sent it. */
  @Override
  public void received(Port port, KernelMessage message) {
    message.reply().ifPresent(ipc::release);
    message.ports().forEach(ipc::release);
    message.custody().forEach(Custody::release);
  }
}
