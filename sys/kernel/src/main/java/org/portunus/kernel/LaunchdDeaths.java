// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Decides when the next launchd starts, if at all: at once, or after a pause when one before it
 * died a moment ago. One that dies in a loop ends the instance.
 *
 * <p>Not thread-safe.
 */
final class LaunchdDeaths {
  /** So many within {@link #WINDOW} are too many. */
  static final int MOST = 5;

  static final Duration WINDOW = Duration.ofSeconds(10);

  /** So many in a row that took nothing over are too many. */
  static final int MOST_FAILED = 2;

  /** Before the third one within the window; doubles with each further one. */
  static final Duration PAUSE = Duration.ofMillis(250);

  private final LongSupplier nanoTime;
  private final Deque<Long> recent = new ArrayDeque<>();
  private boolean answered;
  private boolean works;
  private int failed;

  /** What comes after a death. */
  sealed interface Next {
    /** The next launchd starts after this time. */
    record After(Duration pause) implements Next {}

    /** There is none. */
    record Never(String why) implements Next {}
  }

  LaunchdDeaths(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Launchd takes look-ups; whether it is the first one that does. */
  boolean answers() {
    boolean first = !answered;
    answered = true;
    return first;
  }

  /** Launchd has taken over what there was; whether there was one before it. */
  boolean tookOver() {
    works = true;
    failed = 0;
    return !recent.isEmpty();
  }

  Next died() {
    long now = nanoTime.getAsLong();
    recent.addLast(now);
    while (now - recent.getFirst() > WINDOW.toNanos()) {
      recent.removeFirst();
    }
    failed += works ? 0 : 1;
    works = false;
    if (!answered) {
      return new Next.Never("it ended before the instance was ready");
    }
    if (recent.size() >= MOST) {
      return new Next.Never("the last of %d within %d s".formatted(MOST, WINDOW.toSeconds()));
    }
    if (failed >= MOST_FAILED) {
      return new Next.Never("the last of %d in a row that took nothing over".formatted(failed));
    }
    int others = recent.size() - 2;
    return new Next.After(others < 0 ? Duration.ZERO : PAUSE.multipliedBy(1L << others));
  }
}
