// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Optional;

/** Numbers one request when it is its turn to be sent. Used by the thread that makes the call. */
final class CallNumbering implements Outbox.Numbering {
  private final CallTable calls;
  private final Optional<PendingCall> call;
  private int limit;
  private long number;

  private CallNumbering(CallTable calls, Optional<PendingCall> call) {
    this.calls = calls;
    this.call = call;
  }

  static CallNumbering withReply(CallTable calls, PendingCall call) {
    return new CallNumbering(calls, Optional.of(call));
  }

  static CallNumbering oneway(CallTable calls) {
    return new CallNumbering(calls, Optional.empty());
  }

  /** Most unanswered calls. */
  void limit(int maxCalls) {
    limit = maxCalls;
  }

  @Override
  public long next() {
    number = call.map(waiting -> calls.add(waiting, limit)).orElseGet(calls::addOneway);
    return number;
  }

  @Override
  public void withdraw(long unsent) {
    calls.withdraw(unsent);
  }

  /** The number, 0 if it was never its turn. */
  long number() {
    return number;
  }
}
