// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

/**
 * How long a wait spins before it sleeps, learned from how this process's own waits ended: spinning
 * that pays is allowed more, spinning that does not soon nearly none. Used by one thread at a time.
 */
final class SpinBudget {
  private static final long MOST = 50_000;
  private static final long LEAST = 1_000;
  private static final int TRY_AGAIN = 64;

  private long nanos = MOST / 2;
  private int poor;

  /** The budget of the next wait, in nanoseconds. */
  long next() {
    if (nanos <= LEAST && ++poor >= TRY_AGAIN) {
      poor = 0;
      return MOST;
    }
    return nanos;
  }

  /** What was waited for came while spinning, after this time. */
  void paid(long spent) {
    nanos = Math.min(MOST, Math.max(nanos, LEAST) + 2 * spent + LEAST);
  }

  /** It did not come. */
  void wasted() {
    nanos = Math.max(LEAST, nanos / 2);
  }
}
