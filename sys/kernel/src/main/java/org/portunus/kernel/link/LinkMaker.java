// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.portunus.abi.link.LinkLayout;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;

/** Makes the memory of links, without mapping it: who maps it first pays for its pages. */
public final class LinkMaker {
  private LinkMaker() {}

  /**
   * Makes the memory of a link, of fixed size; the caller closes it.
   *
   * @param capacity bytes of each ring
   */
  public static MemoryFile make(long connection, int capacity) throws LinuxException {
    if (!LinkLayout.isCapacity(capacity)) {
      throw new IllegalArgumentException("no ring has " + capacity + " bytes");
    }
    MemoryFile file = MemoryFile.create("portunus-link");
    boolean good = false;
    try (Arena scratch = Arena.ofConfined()) {
      file.truncate(LinkLayout.size(capacity));
      MemorySegment header = scratch.allocate(LinkLayout.LINK_AT + 8, 8);
      header.set(ValueLayout.JAVA_LONG, LinkLayout.MAGIC_AT, LinkLayout.MAGIC);
      header.set(ValueLayout.JAVA_INT, LinkLayout.VERSION_AT, LinkLayout.VERSION);
      header.set(ValueLayout.JAVA_INT, LinkLayout.CAPACITY_AT, capacity);
      header.set(ValueLayout.JAVA_LONG, LinkLayout.LINK_AT, connection);
      file.write(0, header);
      file.addSeals(Set.of(Seal.GROW, Seal.SHRINK, Seal.SEAL));
      good = true;
      return file;
    } finally {
      if (!good) {
        file.close();
      }
    }
  }
}
