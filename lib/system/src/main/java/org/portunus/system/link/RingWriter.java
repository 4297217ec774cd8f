// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.LinkLayout.RecordKind;

/**
 * Writes records into one direction of a link. Used by one thread at a time, whose turns are
 * ordered by a lock.
 *
 * <p>Where it writes follows from {@code tail}, which the peer never sees; how much room there is
 * follows from what the peer says it has read, checked to lie between what it said before and what
 * was written. A peer that lies can only destroy records that it will not read.
 */
final class RingWriter {
  /** There is no room now. */
  static final int FULL = -1;

  private static final int AHEAD = 256;

  private final MemorySegment memory;
  private final int direction;
  private final long ring;
  private final int capacity;
  private long tail;
  private long last;
  private long consumed;
  // Every place for a head from the tail to here is clear.
  private long cleared;

  RingWriter(MemorySegment memory, int direction, int capacity) {
    this.memory = memory;
    this.direction = LinkLayout.direction(direction);
    this.ring = LinkLayout.ring(direction, capacity);
    this.capacity = capacity;
  }

  /** The position after the last record. */
  long tail() {
    return tail;
  }

  /** The position of the last record, padding aside. */
  long last() {
    return last;
  }

  /** Up to where the reader says that it has read. */
  long said() {
    return Words.getLong(memory, direction + LinkLayout.CONSUMED);
  }

  /**
   * Writes a record, if afterwards so many bytes are still free.
   *
   * @param kind FRAME
   * @param length at most a frame's, checked by the caller
   * @param spare bytes that others have a right to
   * @return {@code length}, {@link #FULL} or a fault
   */
  int write(int kind, byte[] frame, int length, long spare) {
    int span = LinkLayout.span(LinkLayout.RECORD_HEAD + length);
    int at = (int) (tail & capacity - 1);
    int padding = span > capacity - at ? capacity - at : 0;
    // The head after the record must be free too, since it is cleared.
    int room = room(padding + span + LinkLayout.RECORD_ALIGNMENT + spare);
    if (room < 0) {
      return room;
    }
    if (padding > 0) {
      clearAfter(tail + padding);
      publish(at, LinkLayout.head(padding, RecordKind.PADDING));
      tail += padding;
      at = 0;
    }
    clearAfter(tail + span);
    MemorySegment.copy(
        frame, 0, memory, ValueLayout.JAVA_BYTE, ring + at + LinkLayout.RECORD_HEAD, length);
    publish(at, LinkLayout.head(LinkLayout.RECORD_HEAD + length, kind));
    last = tail;
    tail += span;
    return length;
  }

  /** Where {@link #write} would put this record; {@link #FULL} or a fault if it would not. */
  long place(int length, long spare) {
    int span = LinkLayout.span(LinkLayout.RECORD_HEAD + length);
    int at = (int) (tail & capacity - 1);
    int padding = span > capacity - at ? capacity - at : 0;
    int room = room(padding + span + LinkLayout.RECORD_ALIGNMENT + spare);
    return room < 0 ? room : tail + padding;
  }

  /** 0 if so many bytes are free, {@link #FULL} or a fault. */
  int room(long needed) {
    if (needed <= capacity - (tail - consumed)) {
      return 0;
    }
    long said = said();
    if (said < consumed || said > tail) {
      return LinkFault.CONSUMED.result();
    }
    consumed = said;
    return needed <= capacity - (tail - consumed) ? 0 : FULL;
  }

  /**
   * Clears what short records will take, and looks for room, while the peer works on the last one:
   * the next record then goes into cache lines that this processor owns already.
   */
  void prepare() {
    long end = tail + AHEAD + LinkLayout.RECORD_ALIGNMENT;
    if (end - consumed > capacity) {
      // A fault shows again at the next write.
      int _ = room(AHEAD + LinkLayout.RECORD_ALIGNMENT);
      end = Math.min(end, consumed + capacity);
    }
    for (long at = Math.max(cleared, tail); at < end; at += LinkLayout.RECORD_ALIGNMENT) {
      clearHead(at);
      cleared = at + LinkLayout.RECORD_ALIGNMENT;
    }
  }

  /** What lies between is written over by the record. */
  private void clearAfter(long position) {
    if (cleared <= position) {
      clearHead(position);
      cleared = position + LinkLayout.RECORD_ALIGNMENT;
    }
  }

  private void clearHead(long position) {
    memory.set(ValueLayout.JAVA_LONG, ring + (position & capacity - 1), 0);
  }

  /** Everything written before is seen by who sees the head. */
  private void publish(int at, long head) {
    Words.setLong(memory, ring + at, head);
  }
}
