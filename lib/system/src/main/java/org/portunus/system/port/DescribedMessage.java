// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.List;
import org.portunus.abi.wire.ReceivedUrgency;
import org.portunus.abi.wire.TrailedMessage;
import org.portunus.linux.file.Descriptor;

/**
 * A message received with options. Its port rights are this task's now, by the names in the
 * content.
 *
 * @param memory its memory objects, in the order of its descriptors; {@link #close} closes those
 *     that nobody took
 * @param urgency as far as it was asked for
 */
public record DescribedMessage(
    TrailedMessage content, List<Descriptor> memory, ReceivedUrgency urgency)
    implements AutoCloseable {

  /** Hands over one memory object, once. */
  public Descriptor takeMemory(int index) {
    return Descriptor.own(memory.get(index).release());
  }

  @Override
  public void close() {
    memory.forEach(Descriptor::close);
  }
}
