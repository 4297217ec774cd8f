// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

  /**
   * Copies the next frame out.
   *
   * @param into at least as long as the longest frame
   * @return its length, {@link #EMPTY} or a fault
   */
  int read(byte[] into) {
    long head = head();
    if (head == 0) {
      return EMPTY;
    }
    if (LinkLayout.kind(head) == RecordKind.PADDING) {
      int skipped = skip(LinkLayout.length(head));
      if (skipped < 0) {
        return skipped;
      }
      head = head();
      if (head == 0) {
        return EMPTY;
      }
    }
    return take(head, into);
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

  private int take(long head, byte[] into) {
    int length = LinkLayout.length(head) - LinkLayout.RECORD_HEAD;
    int at = (int) (position & capacity - 1);
    if (length < 0 || length > longest || LinkLayout.RECORD_HEAD + length > capacity - at) {
      return LinkFault.RECORD_LENGTH.result();
    }
    int kind = LinkLayout.kind(head);
    if (kind == RecordKind.FRAME && length > 0) {
      MemorySegment.copy(
          memory, ValueLayout.JAVA_BYTE, ring + at + LinkLayout.RECORD_HEAD, into, 0, length);
      taken = position;
      advance(LinkLayout.span(LinkLayout.RECORD_HEAD + length));
      return length;
    }
    return LinkFault.RECORD_KIND.result();
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
