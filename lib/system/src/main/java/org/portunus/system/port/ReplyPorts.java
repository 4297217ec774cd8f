// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.port;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.portunus.abi.mach.RightKind;

/**
 * Ports for replies, kept for the next question: each has the one reply that it was made a
 * send-once right for, so none is taken for another's.
 *
 * <p>The lock {@code state} guards the list; nothing is sent under it.
 */
final class ReplyPorts {
  private static final int MOST = 4;

  private final KernelSocket kernel;
  private final ReentrantLock state = new ReentrantLock();
  private final ArrayDeque<PortName> kept = new ArrayDeque<>();

  ReplyPorts(KernelSocket kernel) {
    this.kernel = kernel;
  }

  /** Asks a question whose reply comes to the port. */
  interface Question<T> {
    /**
     * @return empty when no reply came
     */
    Optional<T> ask(PortName reply);
  }

  /** Asks with a port that nobody else uses meanwhile. */
  <T> Optional<T> ask(Question<T> question) {
    PortName reply = take();
    boolean answered = false;
    try {
      Optional<T> answer = question.ask(reply);
      answered = answer.isPresent();
      return answer;
    } finally {
      if (!answered || !keep(reply)) {
        // A late reply would be the next one's.
        kernel.destroyLater(reply);
      }
    }
  }

  private PortName take() {
    PortName name;
    state.lock();
    try {
      name = kept.poll();
    } finally {
      state.unlock();
    }
    return name != null ? name : kernel.allocate(RightKind.RECEIVE);
  }

  private boolean keep(PortName reply) {
    state.lock();
    try {
      return kept.size() < MOST && kept.add(reply);
    } finally {
      state.unlock();
    }
  }
}
