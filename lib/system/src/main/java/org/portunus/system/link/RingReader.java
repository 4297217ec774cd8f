// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.LinkLayout.RecordKind;

/**
 * Reads records from one direction of a link. Used by one thread at a time, whose turns are ordered
 * by the right to lead.
 *
 * <p>A head is copied once; the length in it is checked against the ring and the frame's limit, and
 * the frame is copied out before anything in it is looked at. Where it reads follows from {@code
 * head} alone.
 */
final class RingReader {
  /** Nothing has come. */
  static final int EMPTY = 0;

  private final MemorySegment memory;
  private final int direction;
  private final long ring;
  private final int capacity;
  private final int longest;
  private long position;
  private long taken;
  // Of the record that is read in parts: where its frame begins, and its checked length; 0 for
  // none.
  private long open;
  private int openLength;

  /**
   * @param longest bytes of the longest frame
   */
  RingReader(MemorySegment memory, int direction, int capacity, int longest) {
    this.memory = memory;
    this.direction = LinkLayout.direction(direction);
    this.ring = LinkLayout.ring(direction, capacity);
    this.capacity = capacity;
    this.longest = longest;
  }

  /** The position before the next record. */
  long position() {
    return position;
  }

  /** The position of the frame that was read last. */
  long taken() {
    return taken;
  }

  /** Whether a record has come; a hint. */
  boolean hasRecord() {
    return head() != 0;
  }

  private long head() {
    return Words.getLong(memory, ring + (position & capacity - 1));
  }

  /** Copies the next frame out; see {@link #read(byte[], int, int)}. */
  int read(byte[] into) {
    return read(into, longest, longest);
  }

  /**
   * Copies the next frame out, or the head of one that is long: {@link #copy} then copies the rest,
   * each byte once, and {@link #finish} ends it.
   *
   * @param into at least as long as the longest frame that is copied whole
   * @param whole bytes of the longest frame that is copied whole
   * @param head bytes that are copied of another
   * @return its length, {@link #EMPTY} or a fault
   */
  int read(byte[] into, int whole, int head) {
    long record = head();
    if (record == 0) {
      return EMPTY;
    }
    if (LinkLayout.kind(record) == RecordKind.PADDING) {
      int skipped = skip(LinkLayout.length(record));
      if (skipped < 0) {
        return skipped;
      }
      record = head();
      if (record == 0) {
        return EMPTY;
      }
    }
    return take(record, into, whole, head);
  }

  private int skip(int length) {
    int at = (int) (position & capacity - 1);
    // Padding at the ring's beginning would be a whole lap of it, and could go on for ever.
    if (at == 0 || length != capacity - at) {
      return LinkFault.RECORD_KIND.result();
    }
    advance(length);
    return 0;
  }

  private int take(long record, byte[] into, int whole, int head) {
    int length = LinkLayout.length(record) - LinkLayout.RECORD_HEAD;
    int at = (int) (position & capacity - 1);
    if (length < 0 || length > longest || LinkLayout.RECORD_HEAD + length > capacity - at) {
      return LinkFault.RECORD_LENGTH.result();
    }
    int kind = LinkLayout.kind(record);
    if (kind == RecordKind.FRAME && length > 0) {
      int first = length <= whole ? length : head;
      long start = ring + at + LinkLayout.RECORD_HEAD;
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, start, into, 0, first);
      taken = position;
      openLength = length;
      if (first == length) {
        finish();
      } else {
        open = start;
      }
      return length;
    }
    return LinkFault.RECORD_KIND.result();
  }

  /**
   * Copies a part of the frame whose head was read.
   *
   * @throws IndexOutOfBoundsException for bytes that are not its
   */
  void copy(int from, byte[] into, int at, int count) {
    Objects.checkFromIndexSize(from, count, open == 0 ? 0 : openLength);
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, open + from, into, at, count);
  }

  /** Gives the room of the frame back whose head was read; none of it is read after this. */
  void finish() {
    int span = LinkLayout.span(LinkLayout.RECORD_HEAD + openLength);
    open = 0;
    openLength = 0;
    advance(span);
  }

  /** Whether {@link #finish} is due. */
  boolean isOpen() {
    return open != 0;
  }

  /** The copy is done before the room is given back. */
  private void advance(int span) {
    position += span;
    Words.setLong(memory, direction + LinkLayout.CONSUMED, position);
  }

  /** Says that nothing more is read. */
  void close() {
    Words.setLong(memory, direction + LinkLayout.CLOSED, LinkLayout.closedAt(position));
  }
}
