// SPDX-License-Identifier: Apache-2.0
package portunus.example.inspector.service.content;

import java.util.function.LongSupplier;
import portunus.example.inspector.ProgressListener;
import portunus.example.inspector.Stage;

/**
 * Tells the client how far an inspection is, at most a few times a second: a hostile document must
 * not make the service flood its client.
 */
public final class Progress {
  private static final long INTERVAL_NANOS = 100_000_000L;

  private final ProgressListener listener;
  private final LongSupplier clock;
  private long next;

  public Progress(ProgressListener listener, LongSupplier clock) {
    this.listener = listener;
    this.clock = clock;
    next = clock.getAsLong();
  }

  public void reached(Stage stage, long done, long total) {
    long now = clock.getAsLong();
    if (now - next >= 0) {
      next = now + INTERVAL_NANOS;
      listener.reached(stage, done, total);
    }
  }
}
