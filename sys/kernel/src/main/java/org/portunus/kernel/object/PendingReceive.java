// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.SequencedSet;
import org.portunus.abi.mach.KernReturn;

/**
 * A receive that waits for a message.
 *
 * <p>Invariant: while it waits it is in the list of its port or set and of its space; it ends
 * exactly once, with one call of its continuation. Ending it again does nothing.
 */
public final class PendingReceive {
  private final Ipc ipc;
  private final Space space;
  private final SequencedSet<PendingReceive> queue;
  private final ReceiveOptions options;
  private final ReceiveContinuation continuation;
  private boolean ended;

  PendingReceive(
      Ipc ipc,
      Space space,
      SequencedSet<PendingReceive> queue,
      ReceiveOptions options,
      ReceiveContinuation continuation) {
    this.options = options;
    this.ipc = ipc;
    this.space = space;
    this.queue = queue;
    this.continuation = continuation;
    queue.add(this);
    space.pendingReceives.add(this);
    ipc.tally.pendingReceives++;
  }

  public boolean isWaiting() {
    return !ended;
  }

  /** Its time is up: ends with RCV_TIMED_OUT. */
  public void timeOut() {
    fail(KernReturn.RCV_TIMED_OUT);
    ipc.settle();
  }

  /** The receiver gives up: ends with RCV_INTERRUPTED. */
  public void interrupt() {
    fail(KernReturn.RCV_INTERRUPTED);
    ipc.settle();
  }

  /** The port has a message. */
  void complete(Port port) {
    end();
    Outcome<Received> outcome = CopyOut.receive(space, port, options);
    ipc.continuation(() -> continuation.received(outcome));
  }

  void fail(KernReturn result) {
    if (ended) {
      return;
    }
    end();
    ipc.continuation(() -> continuation.received(Outcome.failure(result)));
  }

  private void end() {
    ended = true;
    queue.remove(this);
    space.pendingReceives.remove(this);
    ipc.tally.pendingReceives--;
  }
}
