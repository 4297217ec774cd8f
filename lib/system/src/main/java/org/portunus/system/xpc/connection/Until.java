// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.time.Duration;
import java.util.Optional;
import org.portunus.abi.time.Deadline;

/**
 * When a caller stops to wait, as a number: calls have their deadline without an object. It is a
 * {@link System#nanoTime()}, or {@link #NEVER}.
 */
final class Until {
  /** As long as it takes. */
  static final long NEVER = 0;

  private Until() {}

  /** The time that ends this long from now. */
  static long after(Duration duration) {
    return of(Deadline.after(duration).nanoTime());
  }

  static long of(Optional<Deadline> deadline) {
    return deadline.isPresent() ? of(deadline.get().nanoTime()) : NEVER;
  }

  private static long of(long nanoTime) {
    return nanoTime == NEVER ? 1 : nanoTime;
  }

  /** Nanoseconds that remain; zero or less once it has come. */
  static long remaining(long until) {
    return until == NEVER ? Long.MAX_VALUE : until - System.nanoTime();
  }
}
