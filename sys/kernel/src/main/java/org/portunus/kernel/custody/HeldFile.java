// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.custody;

import org.portunus.kernel.object.Custody;
import org.portunus.linux.file.Descriptor;

/** A descriptor that launchd sent to the host port. */
public record HeldFile(Descriptor descriptor, Closer closer) implements Custody {
  @Override
  public void release() {
    closer.close(descriptor);
  }
}
