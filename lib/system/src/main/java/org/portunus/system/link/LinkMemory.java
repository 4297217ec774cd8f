// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.link.LinkLayout;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;
import org.portunus.linux.memory.StreamCopy;

/**
 * The mapped memory of one link. Closing unmaps it, also while other threads use it: they get an
 * {@link IllegalStateException}.
 */
public final class LinkMemory implements AutoCloseable {
  /** Bytes of a cache line. */
  static final int LINE = 64;

  private static final int SEALS = Seal.SHRINK.bit() | Seal.GROW.bit() | Seal.SEAL.bit();

  private final MemorySegment segment;
  private final Optional<Arena> arena;
  private final int capacity;
  // Once it is unmapped, its addresses may be another's.
  private final ReentrantLock ending = new ReentrantLock();
  private boolean closed;

  LinkMemory(MemorySegment segment, Optional<Arena> arena, int capacity) {
    this.segment = segment;
    this.arena = arena;
    this.capacity = capacity;
  }

  /**
   * Maps what the kernel task made, every page of it. The descriptor stays the caller's and may be
   * closed.
   *
   * @throws PortunusException RIGHT_REFUSED for what is no such memory: it could be cut short under
   *     the mapping, or is laid out otherwise
   */
  public static LinkMemory map(Descriptor file) {
    return map(file, Mapping::mapPopulated);
  }

  /** The same of memory that the peer has mapped already: each page when it is first used. */
  public static LinkMemory join(Descriptor file) {
    return map(
        file,
        (joined, offset, size, access, arena) ->
            Mapping.map(joined, offset, size, access, Mapping.Sharing.SHARED, arena));
  }

  /** How the pages come. */
  private interface Pages {
    MemorySegment map(Descriptor file, long offset, long size, Mapping.Access access, Arena arena)
        throws LinuxException;
  }

  private static LinkMemory map(Descriptor file, Pages pages) {
    int seals = MemoryFile.sealBits(file.raw());
    if (seals < 0 || (seals & SEALS) != SEALS) {
      throw refused("its seals are " + seals + ", needed are " + SEALS);
    }
    Arena arena = Arena.ofShared();
    boolean good = false;
    try {
      long size = file.status().size();
      if (size < LinkLayout.size(LinkLayout.MIN_CAPACITY)
          || size > LinkLayout.size(LinkLayout.MAX_CAPACITY)) {
        throw refused("it has " + size + " bytes");
      }
      MemorySegment segment = pages.map(file, 0, size, Mapping.Access.READ_WRITE, arena);
      LinkMemory memory = new LinkMemory(segment, Optional.of(arena), capacityIn(segment, size));
      good = true;
      return memory;
    } catch (LinuxException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, "the memory of a link", failure);
    } finally {
      if (!good) {
        arena.close();
      }
    }
  }

  private static int capacityIn(MemorySegment segment, long size) {
    long magic = Words.getLong(segment, LinkLayout.MAGIC_AT);
    int version = Words.getInt(segment, LinkLayout.VERSION_AT);
    int capacity = Words.getInt(segment, LinkLayout.CAPACITY_AT);
    if (magic != LinkLayout.MAGIC || version != LinkLayout.VERSION) {
      throw refused("magic %x, version %d".formatted(magic, version));
    }
    if (!LinkLayout.isCapacity(capacity) || LinkLayout.size(capacity) != size) {
      throw refused("rings of %d bytes in a file of %d".formatted(capacity, size));
    }
    return capacity;
  }

  private static PortunusException refused(String why) {
    return new PortunusException(ErrorCode.RIGHT_REFUSED, "no memory of a link: " + why);
  }

  MemorySegment segment() {
    return segment;
  }

  boolean isMapped() {
    return segment.scope().isAlive();
  }

  int capacity() {
    return capacity;
  }

  /**
   * Copies into the rings past the caches; what is unmapped meanwhile waits for that.
   *
   * @param from native memory, which is there until this returns
   * @return whether it did; not of memory that another unmaps, or that is unmapped
   */
  boolean stream(MemorySegment from, long at, int count) {
    ending.lock();
    try {
      if (arena.isEmpty() || closed) {
        return false;
      }
      StreamCopy.copy(from, segment, at, count);
      return true;
    } finally {
      ending.unlock();
    }
  }

  /**
   * Gives the rings back, for both ends: a peer that keeps the memory would leave them charged to
   * whoever touched them first. The words stay, since they say what was read.
   */
  void free() {
    ending.lock();
    try {
      if (arena.isPresent() && !closed) {
        long result = Mapping.free(segment.asSlice(LinkLayout.RINGS_AT));
        assert result == 0 : "the memory of a link stays: " + result;
      }
    } finally {
      ending.unlock();
    }
  }

  @Override
  public void close() {
    ending.lock();
    try {
      if (!closed) {
        closed = true;
        arena.ifPresent(Arena::close);
      }
    } finally {
      ending.unlock();
    }
  }
}
