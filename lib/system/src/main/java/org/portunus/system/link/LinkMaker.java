// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.SeverLayout;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.FutexSet;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;

/**
 * Makes the memory of links and severs them: the kernel task's part, for whoever stands between two
 * ends. One thread.
 */
public final class LinkMaker implements AutoCloseable {
  /** The epoch of a link that was never revoked. */
  public static final int FIRST_EPOCH = 1;

  private final Arena arena = Arena.ofShared();
  private final MemoryFile words;
  private final MemorySegment segment;

  private LinkMaker(MemoryFile words) throws LinuxException {
    this.words = words;
    words.truncate(SeverLayout.SIZE);
    segment =
        Mapping.map(
            words.descriptor(),
            0,
            SeverLayout.SIZE,
            Mapping.Access.READ_WRITE,
            Mapping.Sharing.SHARED,
            arena);
    segment.set(ValueLayout.JAVA_LONG, SeverLayout.MAGIC_AT, SeverLayout.MAGIC);
    segment.set(ValueLayout.JAVA_INT, SeverLayout.VERSION_AT, SeverLayout.VERSION);
    words.addSeals(Set.of(Seal.FUTURE_WRITE, Seal.GROW, Seal.SHRINK, Seal.SEAL));
  }

  /** Makes the sever words of one task. */
  public static LinkMaker create() throws LinuxException {
    return new LinkMaker(MemoryFile.create("sever"));
  }

  /** The sever words, for the task; stays this object's. */
  public MemoryFile words() {
    return words;
  }

  /**
   * Makes the memory of a link; the caller closes it.
   *
   * @param capacity bytes of each ring
   */
  public static MemoryFile makeMemory(long link, int capacity) throws LinuxException {
    if (!LinkLayout.isCapacity(capacity)) {
      throw new IllegalArgumentException("no ring has " + capacity + " bytes");
    }
    MemoryFile file = MemoryFile.create("link");
    boolean good = false;
    try (Arena scratch = Arena.ofConfined()) {
      file.truncate(LinkLayout.size(capacity));
      MemorySegment header = scratch.allocate(LinkLayout.LINK_AT + 8, 8);
      header.set(ValueLayout.JAVA_LONG, LinkLayout.MAGIC_AT, LinkLayout.MAGIC);
      header.set(ValueLayout.JAVA_INT, LinkLayout.VERSION_AT, LinkLayout.VERSION);
      header.set(ValueLayout.JAVA_INT, LinkLayout.CAPACITY_AT, capacity);
      header.set(ValueLayout.JAVA_LONG, LinkLayout.LINK_AT, link);
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

  /** Makes the link at a place good, and returns its epoch. */
  public int open(int link) {
    Words.setInt(segment, SeverLayout.epoch(link), FIRST_EPOCH);
    return FIRST_EPOCH;
  }

  /**
   * Revokes the link at a place, and wakes the task.
   *
   * @return how many of its threads slept on a link
   */
  public int sever(int link) {
    Words.setInt(segment, SeverLayout.epoch(link), SeverLayout.NO_LINK);
    int generation = Words.getInt(segment, SeverLayout.GENERATION_AT);
    Words.setInt(segment, SeverLayout.GENERATION_AT, generation + 1);
    return FutexSet.wakeAll(segment, SeverLayout.GENERATION_AT);
  }

  @Override
  public void close() {
    words.close();
    arena.close();
  }
}
