// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.custody;

import org.portunus.kernel.object.Custody;
import org.portunus.linux.file.Descriptor;

/**
 * The service's end of a connection, waiting on the service's port.
 *
 * @param connection number of the connection
 * @param descriptor made by the kernel, held by it until delivery
 */
public record ConnectionEnd(long connection, Descriptor descriptor, Closer closer)
    implements Custody {
  @Override
  public void release() {
    closer.close(descriptor);
  }
}
