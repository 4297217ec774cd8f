// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls that have come and do not run yet, in the order of their arrival. One-way calls run one
 * after the other; one that waits for the one before does not hold up calls behind it. With the
 * lock of the session's calls.
 */
final class WaitingCalls {
  private final Deque<IncomingCall> waiting = new ArrayDeque<>();
  private int replies;
  private boolean onewayRuns;

  void add(IncomingCall call) {
    waiting.add(call);
    count(call, 1);
  }

  private void count(IncomingCall call, int by) {
    if (call.kind() == IncomingCall.Kind.WITH_REPLY) {
      replies += by;
    }
  }

  /** How many want a reply. */
  int replies() {
    return replies;
  }

  /** Whether a call without reply could run now. */
  boolean hasOneway() {
    return !onewayRuns && waiting.size() > replies;
  }

  boolean onewayRuns() {
    return onewayRuns;
  }

  void onewayEnded() {
    onewayRuns = false;
  }

  /** The next that may run, which runs from now on. */
  @Nullable IncomingCall start() {
    IncomingCall first = waiting.peek();
    if (first == null || mayRun(first)) {
      return first == null ? null : started(waiting.remove());
    }
    for (var left = waiting.iterator(); left.hasNext(); ) {
      IncomingCall call = left.next();
      if (mayRun(call)) {
        left.remove();
        return started(call);
      }
    }
    return null;
  }

  private boolean mayRun(IncomingCall call) {
    return call.kind() == IncomingCall.Kind.WITH_REPLY || !onewayRuns;
  }

  private IncomingCall started(IncomingCall call) {
    onewayRuns |= call.kind() == IncomingCall.Kind.ONE_WAY;
    count(call, -1);
    return call;
  }

  /** Takes out all that want a reply, and the others too if they are dropped. */
  List<IncomingCall> remove(IncomingCalls.Leftover oneways) {
    List<IncomingCall> removed = new ArrayList<>();
    for (var left = waiting.iterator(); left.hasNext(); ) {
      IncomingCall call = left.next();
      if (call.kind() == IncomingCall.Kind.WITH_REPLY || oneways == IncomingCalls.Leftover.DROP) {
        left.remove();
        count(call, -1);
        removed.add(call);
      }
    }
    return removed;
  }
}
