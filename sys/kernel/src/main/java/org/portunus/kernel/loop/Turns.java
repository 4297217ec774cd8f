// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.loop;

/**
 * How long the turns of a loop took, from when it was woken until it waits again: in that time,
 * pauses of the Java machine included, nobody else is served. Of the loop's thread.
 */
public final class Turns {
  private static final int STEPS_BITS = 3;
  private static final int STEPS = 1 << STEPS_BITS;

  // Eight buckets for each power of two: a figure is at most an eighth too high.
  private final long[] counts = new long[(Long.SIZE - STEPS_BITS) * STEPS];
  private long count;
  private long longest;
  private long recent;

  void add(long nanos) {
    long taken = Math.max(0, nanos);
    counts[bucket(taken)]++;
    count++;
    longest = Math.max(longest, taken);
    recent = Math.max(recent, taken);
  }

  /** How many there were. */
  public long count() {
    return count;
  }

  /** Nanoseconds of the longest. */
  public long longest() {
    return longest;
  }

  /** Nanoseconds of the longest since this was called last. */
  public long takeRecent() {
    long taken = recent;
    recent = 0;
    return taken;
  }

  /** Nanoseconds that this share of the turns kept to. */
  public long percentile(double share) {
    long rank = Math.max(1, (long) Math.ceil(count * share));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return Math.min(upper(i), longest);
      }
    }
    return longest;
  }

  private static int bucket(long nanos) {
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos | STEPS);
    int shift = power - STEPS_BITS;
    return nanos < STEPS ? (int) nanos : (shift + 1) * STEPS + (int) (nanos >>> shift) - STEPS;
  }

  private static long upper(int bucket) {
    if (bucket < STEPS) {
      return bucket;
    }
    int shift = bucket / STEPS - 1;
    return ((long) (STEPS + bucket % STEPS + 1) << shift) - 1;
  }
}
