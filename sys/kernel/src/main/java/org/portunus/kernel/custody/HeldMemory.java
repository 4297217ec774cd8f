// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.custody;

import org.portunus.kernel.object.Custody;
import org.portunus.linux.file.Descriptor;

/** A sealed memory object on its way in a message. */
public final class HeldMemory implements Custody {
  private final Descriptor descriptor;
  private final HeldMemories of;

  HeldMemory(Descriptor descriptor, HeldMemories of) {
    this.descriptor = descriptor;
    this.of = of;
  }

  /** It leaves the kernel's hands for a receiver's. */
  public Descriptor deliver() {
    of.gone();
    return descriptor;
  }

  @Override
  public void release() {
    of.gone();
    of.closer().close(descriptor);
  }
}
