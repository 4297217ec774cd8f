// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import org.portunus.linux.file.Descriptor;

/**
 * What the kernel gives a spare to rehearse with.
 *
 * @param words the task's sever words, in which no link is severed by an epoch of none
 * @param link memory of a link that leads nowhere
 */
public record RehearsalMemory(Descriptor words, Descriptor link) implements AutoCloseable {
  @Override
  public void close() {
    words.close();
    link.close();
  }
}
