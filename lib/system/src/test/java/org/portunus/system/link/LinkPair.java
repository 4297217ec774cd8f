// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;
import org.portunus.abi.link.LinkLayout;
import org.portunus.kernel.link.LinkMaker;
import org.portunus.kernel.link.TaskWords;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;

/**
 * Both ends of a link in one process, each with its own mapping, and the kernel task's part of it.
 */
final class LinkPair implements AutoCloseable {
  static final int LONGEST = 64 * 1024 + 32;

  final TaskWords clientWords = TaskWords.create();
  final TaskWords serviceWords = TaskWords.create();
  final TaskWords.Place clientPlace = clientWords.open().orElseThrow();
  final TaskWords.Place servicePlace = serviceWords.open().orElseThrow();
  final LinkMemory clientMemory;
  final LinkMemory serviceMemory;
  final LinkEnd client;
  final LinkEnd service;

  LinkPair() throws LinuxException {
    try (MemoryFile file = LinkMaker.make(7, LinkLayout.MIN_CAPACITY)) {
      clientMemory = LinkMemory.map(file.descriptor());
      serviceMemory = LinkMemory.map(file.descriptor());
    }
    client = end(clientMemory, clientWords, clientPlace, LinkSide.CLIENT);
    service = end(serviceMemory, serviceWords, servicePlace, LinkSide.SERVICE);
  }

  private static LinkEnd end(
      LinkMemory memory, TaskWords words, TaskWords.Place place, LinkSide side) {
    try (Descriptor handed = words.handOver()) {
      return new LinkEnd(
          memory, SeverWords.map(handed), place.index(), place.epoch(), side, LONGEST);
    }
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
