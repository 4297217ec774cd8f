// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.SeverLayout;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.WireWriter;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;
import org.portunus.system.link.LinkEnd;
import org.portunus.system.link.LinkMemory;
import org.portunus.system.link.LinkSide;
import org.portunus.system.link.SeverWords;
import org.portunus.system.xpc.connection.LinkTransport;
import org.portunus.system.xpc.connection.Transport;

/**
 * The memory of one link, for a connection within this process: both ends have the same sever
 * words, and a place in them that nobody severs.
 */
record RehearsalLink(Descriptor memory, Descriptor words) implements AutoCloseable {
  private static final int CAPACITY = LinkLayout.MIN_CAPACITY;
  private static final int PLACE = 0;
  private static final int LONGEST = ConnectionFrame.HEAD + ConnectionFrame.MAX_BODY;

  /** Made here as the kernel task makes them; a task may not. */
  static RehearsalLink make() throws LinuxException {
    MemoryFile words = makeWords();
    boolean good = false;
    try {
      RehearsalLink link = new RehearsalLink(makeMemory().descriptor(), words.descriptor());
      good = true;
      return link;
    } finally {
      if (!good) {
        words.close();
      }
    }
  }

  private static MemoryFile makeMemory() throws LinuxException {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment header = scratch.allocate(LinkLayout.LINK_AT + 8, 8);
      header.set(ValueLayout.JAVA_LONG, LinkLayout.MAGIC_AT, LinkLayout.MAGIC);
      header.set(ValueLayout.JAVA_INT, LinkLayout.VERSION_AT, LinkLayout.VERSION);
      header.set(ValueLayout.JAVA_INT, LinkLayout.CAPACITY_AT, CAPACITY);
      return file(LinkLayout.size(CAPACITY), header, Set.of(Seal.GROW, Seal.SHRINK, Seal.SEAL));
    }
  }

  private static MemoryFile makeWords() throws LinuxException {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment words = scratch.allocate(SeverLayout.SIZE, 8);
      words.set(ValueLayout.JAVA_LONG, SeverLayout.MAGIC_AT, SeverLayout.MAGIC);
      words.set(ValueLayout.JAVA_INT, SeverLayout.VERSION_AT, SeverLayout.VERSION);
      return file(
          SeverLayout.SIZE, words, Set.of(Seal.FUTURE_WRITE, Seal.GROW, Seal.SHRINK, Seal.SEAL));
    }
  }

  private static MemoryFile file(long size, MemorySegment start, Set<Seal> seals)
      throws LinuxException {
    MemoryFile file = MemoryFile.create("portunus-rehearsal");
    boolean good = false;
    try {
      file.truncate(size);
      file.write(0, start);
      file.addSeals(seals);
      good = true;
      return file;
    } finally {
      if (!good) {
        file.close();
      }
    }
  }

  /** What the reply to LINK_OPEN says of it. */
  WireWriter grant() {
    return new WireWriter().i32(PLACE).i32(SeverLayout.NO_LINK).i32(CAPACITY).i32(0);
  }

  /** The client's side of a new connection; takes over the socket. */
  Transport client(Descriptor socket) throws LinuxException {
    clear();
    LinkEnd end =
        new LinkEnd(
            LinkMemory.map(memory),
            SeverWords.map(words),
            PLACE,
            SeverLayout.NO_LINK,
            LinkSide.CLIENT,
            LONGEST);
    return LinkTransport.of(socket, end);
  }

  /** What the connection before has left behind the header. */
  private void clear() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      Mapping.map(
              memory,
              0,
              LinkLayout.size(CAPACITY),
              Mapping.Access.READ_WRITE,
              Mapping.Sharing.SHARED,
              arena)
          .asSlice(LinkLayout.LINK_AT + Long.BYTES)
          .fill((byte) 0);
    }
  }

  @Override
  public void close() {
    memory.close();
    words.close();
  }
}
