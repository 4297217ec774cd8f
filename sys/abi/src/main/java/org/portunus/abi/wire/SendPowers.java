// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a diminished send right may still do. Powers only shrink: those of a right that is
 * diminished again are what both allow.
 *
 * <pre>
 *   u8   copies          0 it can only be moved, 1
 *   i64  nanoseconds     from now on, after which it is dead; Long.MAX_VALUE never
 *   i32  ranges          0 to {@value #MOST_RANGES}; none: nothing can be sent by it
 *   each range: i32 first id, i32 last id
 * </pre>
 *
 * @param ids of messages, and numbers of methods where a connection is made by the right; in
 *     ascending order, apart from each other
 * @param copyable whether there may be a second one of it
 * @param nanos how long it lives, above 0; {@link #FOR_EVER}
 */
public record SendPowers(List<Range> ids, boolean copyable, long nanos) {
  /** Most ranges of ids of one right. */
  public static final int MOST_RANGES = 16;

  /** It does not end before its port. */
  public static final long FOR_EVER = Long.MAX_VALUE;

  /** Those of an ordinary send right. */
  public static final SendPowers ALL =
      new SendPowers(List.of(new Range(Integer.MIN_VALUE, Integer.MAX_VALUE)), true, FOR_EVER);

  /** Ids from the first to the last, both included. */
  public record Range(int first, int last) {
    public Range {
      if (first > last) {
        throw new IllegalArgumentException("from " + first + " to " + last);
      }
    }

    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first + ".." + last;
    }
  }

  public SendPowers {
    ids = joined(ids);
    if (nanos <= 0) {
      throw new IllegalArgumentException("a right that ends after " + nanos + " ns");
    }
  }

  private static List<Range> joined(List<Range> ranges) {
    List<Range> joined = new ArrayList<>(ranges.size());
    for (Range range : ranges.stream().sorted(Comparator.comparingInt(Range::first)).toList()) {
      Range before = joined.isEmpty() ? null : joined.getLast();
      if (before != null && (long) before.last() + 1 >= range.first()) {
        joined.removeLast();
        joined.add(new Range(before.first(), Math.max(before.last(), range.last())));
      } else {
        joined.add(range);
      }
    }
    return List.copyOf(joined);
  }

  /** The same for these ids only, as far as they were allowed. */
  public SendPowers onlyIds(Range... allowed) {
    return and(new SendPowers(List.of(allowed), true, FOR_EVER));
  }

  /** The same without copies. */
  public SendPowers withoutCopies() {
    return new SendPowers(ids, false, nanos);
  }

  /** The same for no longer than this. */
  public SendPowers endingAfter(Duration time) {
    return new SendPowers(ids, copyable, Math.min(nanos, time.toNanos()));
  }

  /** What both allow; it may have more than {@link #MOST_RANGES} ranges. */
  public SendPowers and(SendPowers other) {
    List<Range> both = new ArrayList<>();
    for (Range range : ids) {
      for (Range allowed : other.ids) {
        int first = Math.max(range.first(), allowed.first());
        int last = Math.min(range.last(), allowed.last());
        if (first <= last) {
          both.add(new Range(first, last));
        }
      }
    }
    return new SendPowers(both, copyable && other.copyable, Math.min(nanos, other.nanos));
  }

  /** Whether a message of this id can be sent, or a method of this number called. */
  public boolean allows(int id) {
    for (Range range : ids) {
      if (id >= range.first() && id <= range.last()) {
        return true;
      }
    }
    return false;
  }

  public boolean allowsEveryId() {
    return ids.equals(ALL.ids);
  }

  public boolean ends() {
    return nanos != FOR_EVER;
  }

  public void write(WireWriter out) {
    out.u8(copyable ? 1 : 0).i64(nanos).i32(ids.size());
    ids.forEach(range -> out.i32(range.first()).i32(range.last()));
  }

  public static SendPowers read(WireReader in) throws MalformedFrameException {
    boolean copyable = in.u8("copies") != 0;
    long nanos = in.i64("nanoseconds");
    List<Range> ids = new ArrayList<>();
    for (int left = in.i32("ranges", 0, MOST_RANGES); left > 0; left--) {
      int first = in.i32("first id");
      int last = in.i32("last id");
      if (first > last) {
        throw new MalformedFrameException("ids from " + first + " to " + last);
      }
      ids.add(new Range(first, last));
    }
    if (nanos <= 0) {
      throw new MalformedFrameException("a right that ends after " + nanos + " ns");
    }
    return new SendPowers(ids, copyable, nanos);
  }

  /** As lists show it: what is missing, empty if nothing is. */
  public String toText() {
    List<String> words = new ArrayList<>();
    if (!allowsEveryId()) {
      String ranges = ids.stream().map(Range::toString).collect(Collectors.joining(","));
      words.add(ids.isEmpty() ? "no ids" : "ids " + ranges);
    }
    if (!copyable) {
      words.add("no copies");
    }
    if (ends()) {
      words.add("ends in " + Duration.ofNanos(nanos).toMillis() + " ms");
    }
    return String.join(", ", words);
  }
}
