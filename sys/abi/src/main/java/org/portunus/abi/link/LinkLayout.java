// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.link;

/**
 * The memory of a link: one memory file that the kernel task makes, sealed against growing and
 * shrinking, mapped by exactly two tasks. Both can write all of it, so a word says nothing that its
 * reader may rely on; "written by" is what a side that keeps to the protocol does.
 *
 * <pre>
 *   0       +----------------------------------------------------------+
 *           | magic, version, ring capacity, link   (kernel task, once) |
 *   4096    +----------------------------------------------------------+ direction 0: client to service
 *           |  +0    bell        u32   poster   counts what woke reader |
 *           |  +128  attention   u32   reader   see ATTENTION           |
 *           |        processor   u32   reader   where it last polled    |
 *           |  +256  consumed    u64   reader   all before it was read  |
 *           |        closed      u64   reader   nothing from here on is |
 *   4608    +----------------------------------------------------------+ direction 1: service to client
 *           |  the same                                                 |
 *   8192    +----------------------------------------------------------+
 *           |  ring of direction 0, capacity bytes                      |
 *           +----------------------------------------------------------+
 *           |  ring of direction 1, capacity bytes                      |
 *           +----------------------------------------------------------+
 * </pre>
 *
 * <p>Words that different sides write never share a pair of cache lines: a processor fetches lines
 * in pairs.
 *
 * <p>A ring is records at positions that only grow; a record lies at its position modulo the
 * capacity and never wraps.
 *
 * <pre>
 *   +0   u32 length     of the record, head included; 0: not written yet
 *   +4   u32 kind       1 FRAME, 2 PADDING to the end of the ring
 *   +8   frame          a ConnectionFrame, its tickets included
 *   ...                 up to the next multiple of 64
 * </pre>
 *
 * <p>A writer clears the head that follows its record before it writes the record's own head, both
 * as one u64 and in this order. So a reader that goes from record to record never takes old bytes
 * for a head, and writes nothing into the ring; and the record's head arrives in the cache line of
 * its first bytes, without a counter of the writer's.
 */
public final class LinkLayout {
  /** "PTNLINK1" as a little-endian u64. */
  public static final long MAGIC = 0x314b4e494c4e5450L;

  public static final int VERSION = 1;

  /** Offsets in the header. */
  public static final int MAGIC_AT = 0;

  public static final int VERSION_AT = 8;
  public static final int CAPACITY_AT = 12;
  public static final int LINK_AT = 16;

  /** The unit in which caches move words between processors: two lines. */
  public static final int LINE_PAIR = 128;

  /** Where the words of direction 0 begin, and how far apart the directions are. */
  public static final int DIRECTIONS_AT = 4096;

  public static final int DIRECTION_STRIDE = 512;

  /** Offsets in a direction. */
  public static final int BELL = 0;

  public static final int ATTENTION = LINE_PAIR;
  public static final int PROCESSOR = ATTENTION + 4;
  public static final int CONSUMED = 2 * LINE_PAIR;
  public static final int CLOSED = CONSUMED + 8;

  /** Where the ring of direction 0 begins; the other follows it. */
  public static final int RINGS_AT = 8192;

  /** Capacities are powers of two between these, in bytes. */
  public static final int MIN_CAPACITY = 1 << 19;

  public static final int MAX_CAPACITY = 1 << 24;

  /** Records begin at multiples of this. */
  public static final int RECORD_ALIGNMENT = 64;

  /** Bytes of a record before its frame. */
  public static final int RECORD_HEAD = 8;

  /** The value of {@link #CLOSED} while the reader reads. */
  public static final long OPEN = 0;

  /** The value of {@link #CLOSED} for a position: zero must stay free. */
  public static long closedAt(long position) {
    return position + 1;
  }

  /**
   * What a reader says of itself, in its word of attention. Only the reader writes it: a flag that
   * the poster cleared would lose wake-ups.
   */
  public static final class Attention {
    /** A thread polls, or will when it is done with what the poster waits for. */
    public static final int AWAKE = 0;

    /** A thread sleeps on the bell: count it up and wake it. */
    public static final int ASLEEP = 1;

    /** Nobody polls: send a packet of one byte over the socket. */
    public static final int AWAY = 2;

    /** Nothing more is read, from the position in {@link #CLOSED} on. */
    public static final int CLOSING = 3;

    private Attention() {}
  }

  /** Kinds of records. */
  public static final class RecordKind {
    public static final int FRAME = 1;
    public static final int PADDING = 2;

    private RecordKind() {}
  }

  private LinkLayout() {}

  /** Bytes of the memory file. */
  public static long size(int capacity) {
    return RINGS_AT + 2L * capacity;
  }

  /** Where the words of a direction are. */
  public static int direction(int direction) {
    return DIRECTIONS_AT + direction * DIRECTION_STRIDE;
  }

  /** Where the ring of a direction is. */
  public static long ring(int direction, int capacity) {
    return RINGS_AT + (long) direction * capacity;
  }

  /** Whether a ring may have this many bytes. */
  public static boolean isCapacity(int capacity) {
    return capacity >= MIN_CAPACITY && capacity <= MAX_CAPACITY && (capacity & (capacity - 1)) == 0;
  }

  /** The place that a record of this length takes in the ring. */
  public static int span(int length) {
    return (length + RECORD_ALIGNMENT - 1) & -RECORD_ALIGNMENT;
  }

  /** A record's head as the one word that is written and read. */
  public static long head(int length, int kind) {
    return ((long) kind << 32) | Integer.toUnsignedLong(length);
  }

  /** The length in a head; a reader checks it. */
  public static int length(long head) {
    return (int) head;
  }

  /** The kind in a head; a reader checks it. */
  public static int kind(long head) {
    return (int) (head >>> 32);
  }
}
