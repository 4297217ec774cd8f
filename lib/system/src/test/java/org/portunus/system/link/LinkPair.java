// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;
import org.portunus.abi.link.LinkLayout;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.memory.MemoryFile;

/**
 * Both ends of a link in one process, each with its own mapping, and the kernel task's part of it.
 */
final class LinkPair implements AutoCloseable {
  static final int LONGEST = 64 * 1024 + 32;

  final LinkMaker clientWords = LinkMaker.create();
  final LinkMaker serviceWords = LinkMaker.create();
  final LinkMemory clientMemory;
  final LinkMemory serviceMemory;
  final LinkEnd client;
  final LinkEnd service;

  LinkPair() throws LinuxException {
    try (MemoryFile file = LinkMaker.makeMemory(7, LinkLayout.MIN_CAPACITY)) {
      clientMemory = LinkMemory.map(file.descriptor());
      serviceMemory = LinkMemory.map(file.descriptor());
    }
    client = end(clientMemory, clientWords, LinkSide.CLIENT);
    service = end(serviceMemory, serviceWords, LinkSide.SERVICE);
  }

  private static LinkEnd end(LinkMemory memory, LinkMaker words, LinkSide side) {
    int epoch = words.open(3);
    return new LinkEnd(memory, SeverWords.map(words.words().descriptor()), 3, epoch, side, LONGEST);
  }

  /** The memory as a hostile peer has it. */
  MemorySegment raw() {
    return clientMemory.segment();
  }

  @Override
  public void close() {
    client.close();
    service.close();
    clientWords.close();
    serviceWords.close();
  }
}
