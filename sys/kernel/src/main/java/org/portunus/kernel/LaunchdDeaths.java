// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides whether there is a next launchd.
 *
 * <p>Not thread-safe.
 */
final class LaunchdDeaths {
  /** So many within {@link #WINDOW} are too many. */
  static final int MOST = 5;

  static final Duration WINDOW = Duration.ofSeconds(10);

  /** So many in a row that never got ready are too many. */
  static final int MOST_UNREADY = 2;

  private final LongSupplier nanoTime;
  private final Deque<Long> recent = new ArrayDeque<>();
  private boolean everReady;
  private boolean ready;
  private int unready;

  LaunchdDeaths(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Launchd takes look-ups; false if one before it did already. */
  boolean ready() {
    boolean first = !everReady;
    everReady = true;
    ready = true;
    unready = 0;
    return first;
  }

  /** It died; why there is to be no next one, if so. */
  Optional<String> died() {
    long now = nanoTime.getAsLong();
    recent.addLast(now);
    while (now - recent.getFirst() > WINDOW.toNanos()) {
      recent.removeFirst();
    }
    unready += ready ? 0 : 1;
    ready = false;
    if (!everReady) {
      return Optional.of("launchd ended before the instance was ready");
    }
    if (recent.size() >= MOST) {
      return Optional.of("launchd ended " + MOST + " times within " + WINDOW.toSeconds() + " s");
    }
    return unready >= MOST_UNREADY
        ? Optional.of("launchd ended " + unready + " times in a row before it was ready")
        : Optional.empty();
  }
}
