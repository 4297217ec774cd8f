// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import org.jspecify.annotations.Nullable;

/**
 * A thread that runs calls of a session's peer, until there are none for long. It says that a
 * request without reply has ended when it takes the next call, and that such requests need no
 * answer when it takes another call or none. While it has nothing to run it reads, if nobody else
 * does, and runs what it reads first. Of its thread alone, but for what is said otherwise.
 */
final class CallWorker implements Runnable, Reception.Work {
  private final IncomingCalls calls;
  private @Nullable Thread thread;
  private boolean reads;

  /** What it read and runs next. */
  @Nullable IncomingCall next;

  /** What it ran and has not closed. */
  @Nullable IncomingCall done;

  /** Requests without reply that it ran and that count as unanswered. */
  int unsaid;

  /** It has no work and reads, or waits; changed with the lock of the calls. */
  boolean isIdle;

  /** Nanoseconds until it ends if it gets no work. */
  long left;

  CallWorker(IncomingCalls calls) {
    this.calls = calls;
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    boolean more;
    do {
      // In a frame of its own, so that a thread that waits keeps no call from the collector.
      more = runNext();
    } while (more);
  }

  private boolean runNext() {
    IncomingCall call = calls.take(this);
    if (call == null) {
      return false;
    }
    calls.run(call, this);
    return true;
  }

  /** Reads until there is work; false if others do. */
  boolean read(Reception reception) {
    reads = true;
    try {
      return reception.readForWork(this);
    } finally {
      reads = false;
    }
  }

  /**
   * Whether this is its thread, which reads because it has nothing to run. A worker whose method
   * waits for an answer may read too, and must not take another call on itself. Any thread.
   */
  boolean readsHere() {
    return Thread.currentThread().equals(thread) && reads && next == null;
  }

  /** What it read to run it next, if it did. */
  @Nullable IncomingCall takeRead() {
    IncomingCall read = next;
    next = null;
    return read;
  }

  @Override
  public Reception.Awaited awaited() {
    IncomingCall read = next;
    Reception.Awaited others = calls.awaited();
    if (read == null || others == Reception.Awaited.CALL) {
      return others;
    }
    return read.kind() == IncomingCall.Kind.ONE_WAY
        ? Reception.Awaited.ONEWAY
        : Reception.Awaited.CALL;
  }
}
