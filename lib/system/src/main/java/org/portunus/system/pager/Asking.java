// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.pager;

/**
 * A question to a pager that has no answer yet.
 *
 * <p>Invariant: the thread is interrupted for it only while the pages' lock is held and the
 * question is among those that wait.
 */
final class Asking {
  private final long offset;
  private final Thread thread;
  private final long asked = System.nanoTime();
  private boolean interrupted;

  Asking(long offset, Thread thread) {
    this.offset = offset;
    this.thread = thread;
  }

  long offset() {
    return offset;
  }

  /** Nanoseconds left, none or fewer when it is too late. */
  long left(long deadlineNanos) {
    return deadlineNanos - (System.nanoTime() - asked);
  }

  void interrupt() {
    if (!interrupted && thread.threadId() != Thread.currentThread().threadId()) {
      interrupted = true;
      thread.interrupt();
    }
  }

  /** Takes the interrupt back when the question is over. */
  void forgetInterrupt() {
    if (interrupted) {
      boolean _ = Thread.interrupted();
    }
  }
}
