// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/** Receives what is sent to a port of the kernel's own. Must not throw. */
@FunctionalInterface
public interface KernelReceiver {
  /** The receiver owns the rights and the custody of the message from then on. */
  void received(Port port, KernelMessage message);
}
