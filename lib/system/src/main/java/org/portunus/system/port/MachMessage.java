// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.List;
import org.portunus.abi.wire.IncomingMessage;
import org.portunus.linux.file.Descriptor;

/**
 * A received message. Its port rights are this task's now, by the names in the content.
 *
 * @param descriptors what travelled with it; {@link #close} closes those that nobody took
 */
public record MachMessage(IncomingMessage content, List<Descriptor> descriptors)
    implements AutoCloseable {

  /** Hands over one descriptor, once. */
  public Descriptor takeDescriptor(int index) {
    return Descriptor.own(descriptors.get(index).release());
  }

  @Override
  public void close() {
    descriptors.forEach(Descriptor::close);
  }
}
