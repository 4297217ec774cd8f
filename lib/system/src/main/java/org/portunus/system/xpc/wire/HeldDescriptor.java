// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

import org.portunus.linux.file.Descriptor;

/**
 * A descriptor with a count of the uses in progress. Closing it while a message that carries it is
 * being sent, or while another thread reads, takes effect when the last use ends: its number can't
 * be given to another file in between.
 */
public final class HeldDescriptor extends HeldRight {
  private final Descriptor descriptor;

  /** Takes ownership. */
  public HeldDescriptor(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Begins a use, which {@link #unhold} ends.
   *
   * @throws IllegalStateException when it is closed
   */
  public Descriptor hold() {
    use();
    return descriptor;
  }

  @Override
  void giveUp() {
    descriptor.close();
  }
}
