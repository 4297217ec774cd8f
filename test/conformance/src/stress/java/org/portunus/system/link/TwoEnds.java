// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.portunus.abi.link.LinkLayout;
import org.portunus.kernel.link.TaskWords;
import org.portunus.linux.call.LinuxException;

/** Both ends of a new link, in plain memory; all links of the process have one sever word. */
final class TwoEnds {
  private static final int LONGEST = 40;
  private static final TaskWords.Place PLACE;
  private static final SeverWords WORDS;

  static {
    try {
      TaskWords words = TaskWords.create();
      PLACE = words.open().orElseThrow();
      WORDS = SeverWords.map(words.handOver());
    } catch (LinuxException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  final LinkEnd client;
  final LinkEnd service;

  TwoEnds(int capacity) {
    MemorySegment memory = MemorySegment.ofArray(new long[(int) LinkLayout.size(capacity) / 8]);
    client = end(memory, capacity, LinkSide.CLIENT);
    service = end(memory, capacity, LinkSide.SERVICE);
  }

  private static LinkEnd end(MemorySegment memory, int capacity, LinkSide side) {
    LinkMemory both = new LinkMemory(memory, Optional.empty(), capacity);
    return new LinkEnd(both, WORDS, PLACE.index(), PLACE.epoch(), side, LONGEST);
  }
}
