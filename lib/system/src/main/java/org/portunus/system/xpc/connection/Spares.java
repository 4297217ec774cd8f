// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A few objects that are kept for their next use. Any thread; what finds no place is left to the
 * collector.
 */
final class Spares<T> {
  private static final int PLACES = 8;
  // Places of different threads in different cache lines.
  private static final int STRIDE = 16;

  private final AtomicReferenceArray<@Nullable T> places =
      new AtomicReferenceArray<>(PLACES * STRIDE);

  /** One that was given back, if there is one. */
  @Nullable T take() {
    int first = place();
    for (int i = 0; i < PLACES; i++) {
      int at = (first + i) % PLACES * STRIDE;
      if (places.getPlain(at) != null) {
        T taken = places.getAndSet(at, null);
        if (taken != null) {
          return taken;
        }
      }
    }
    return null;
  }

  /** Takes one back; its user must be done with it. */
  void give(T spare) {
    int at = place() * STRIDE;
    places.setRelease(at, spare);
  }

  private static int place() {
    return (int) (Thread.currentThread().threadId() % PLACES);
  }
}
