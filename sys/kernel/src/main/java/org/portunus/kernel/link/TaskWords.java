// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;
import org.portunus.abi.link.SeverLayout;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.FutexSet;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.Mapping;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.linux.memory.Seal;

/**
 * The sever words of one task. The mapping here was made before the seal, so it is the only one
 * that writes; the task maps them to read.
 *
 * <p>Epochs count up over all places: an end of an earlier link never takes a later one's epoch for
 * its own. One thread at a time.
 */
public final class TaskWords implements AutoCloseable {
  private static final VarHandle U32 = ValueLayout.JAVA_INT.varHandle();

  private final Arena arena = Arena.ofShared();
  private final MemoryFile file;
  private final MemorySegment words;
  private final BitSet used = new BitSet(SeverLayout.LINKS);
  private int lastEpoch;

  /** A place in the words and the epoch that is good there. */
  public record Place(int index, int epoch) {}

  private TaskWords(MemoryFile file) throws LinuxException {
    this.file = file;
    boolean good = false;
    try {
      file.truncate(SeverLayout.SIZE);
      words =
          Mapping.map(
              file.descriptor(),
              0,
              SeverLayout.SIZE,
              Mapping.Access.READ_WRITE,
              Mapping.Sharing.SHARED,
              arena);
      words.set(ValueLayout.JAVA_LONG, SeverLayout.MAGIC_AT, SeverLayout.MAGIC);
      words.set(ValueLayout.JAVA_INT, SeverLayout.VERSION_AT, SeverLayout.VERSION);
      file.addSeals(Set.of(Seal.FUTURE_WRITE, Seal.GROW, Seal.SHRINK, Seal.SEAL));
      good = true;
    } finally {
      if (!good) {
        close();
      }
    }
  }

  /** Makes the words of one task. */
  public static TaskWords create() throws LinuxException {
    return new TaskWords(MemoryFile.create("portunus-sever"));
  }

  /** The words as the task gets them; the descriptor is the caller's, once. */
  public Descriptor handOver() {
    return Descriptor.own(file.descriptor().release());
  }

  /** Takes a place for a new link, which is good from now on; empty when all are taken. */
  public Optional<Place> open() {
    int index = used.nextClearBit(0);
    if (index >= SeverLayout.LINKS) {
      return Optional.empty();
    }
    used.set(index);
    lastEpoch++;
    if (lastEpoch == SeverLayout.NO_LINK) {
      lastEpoch++;
    }
    U32.setRelease(words, (long) SeverLayout.epoch(index), lastEpoch);
    return Optional.of(new Place(index, lastEpoch));
  }

  /**
   * Makes the link at a place bad, and wakes the task; the place is still taken.
   *
   * @return how many of its threads slept on a link
   */
  public int sever(Place place) {
    U32.setRelease(words, (long) SeverLayout.epoch(place.index()), SeverLayout.NO_LINK);
    int _ = (int) U32.getAndAdd(words, (long) SeverLayout.GENERATION_AT, 1);
    return FutexSet.wakeAll(words, SeverLayout.GENERATION_AT);
  }

  /** Gives a place back: the task is done with its link. */
  public void free(Place place) {
    U32.setRelease(words, (long) SeverLayout.epoch(place.index()), SeverLayout.NO_LINK);
    used.clear(place.index());
  }

  /** How many places are taken. */
  public int taken() {
    return used.cardinality();
  }

  @Override
  public void close() {
    file.close();
    arena.close();
  }
}
