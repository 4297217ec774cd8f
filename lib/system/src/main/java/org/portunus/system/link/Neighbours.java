// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.link;

import org.portunus.linux.process.Processor;

/**
 * Two ends that poll on one processor hinder each other, and Linux leaves them there for seconds,
 * since neither ever lets the other wait. The client's end moves its thread to another processor
 * when that has gone on for a while. Used by one thread at a time.
 */
final class Neighbours {
  private static final int MANY = 32;
  // To move costs some ten microseconds, and may not help.
  private static final long PAUSE = 10_000_000;
  private static final long LONG_PAUSE = 1_000_000_000;

  private final boolean moves;
  private int waits;
  private long next = System.nanoTime();

  Neighbours(LinkSide side) {
    this.moves = side == LinkSide.CLIENT;
  }

  /**
   * The peer polls on this processor too.
   *
   * @return whether this thread has left it
   */
  boolean part(int processor) {
    if (!moves || ++waits < MANY) {
      return false;
    }
    waits = 0;
    long now = System.nanoTime();
    if (now - next < 0 || Thread.currentThread().isVirtual()) {
      return false;
    }
    boolean left = Processor.leave(processor);
    next = now + (left ? PAUSE : LONG_PAUSE);
    return left;
  }
}
