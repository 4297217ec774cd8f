// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * When diminished rights end. They end at the first operation that would use them after their time,
 * and where nobody does, when the alarm rings.
 *
 * <p>Invariants: it has every diminished right with an end that exists and has not expired; one
 * alarm at most is set, for no later than the first of them.
 */
final class Expiries {
  private final TreeSet<Diminished> waiting = new TreeSet<>(Expiries::compare);
  private LongSupplier clock = System::nanoTime;
  private Alarm alarm = (_, _) -> () -> {};
  private Runnable unset = () -> {};
  private long set;
  private boolean isSet;
  private long last;

  private static int compare(Diminished one, Diminished other) {
    int byTime = Long.signum(one.end() - other.end());
    return byTime != 0 ? byTime : Long.compare(one.number(), other.number());
  }

  void keepTime(LongSupplier newClock, Alarm newAlarm) {
    clock = newClock;
    alarm = newAlarm;
  }

  long now() {
    return clock.getAsLong();
  }

  long nextNumber() {
    return ++last;
  }

  void add(Diminished right) {
    if (right.ends() && !right.hasExpired()) {
      waiting.add(right);
      setAlarm(right.port().ipc());
    }
  }

  void remove(Diminished right) {
    if (right.ends()) {
      waiting.remove(right);
      if (waiting.isEmpty() && isSet) {
        isSet = false;
        unset.run();
      }
    }
  }

  int size() {
    return waiting.size();
  }

  private void setAlarm(Ipc ipc) {
    long end = waiting.first().end();
    if (isSet && set - end <= 0) {
      return;
    }
    if (isSet) {
      unset.run();
    }
    isSet = true;
    set = end;
    unset = alarm.after(Math.max(0, end - now()), () -> rung(ipc));
  }

  private void rung(Ipc ipc) {
    isSet = false;
    end();
    if (!waiting.isEmpty()) {
      setAlarm(ipc);
    }
    ipc.settle();
  }

  /** Ends those whose time is up. */
  void end() {
    if (waiting.isEmpty()) {
      return;
    }
    long now = now();
    while (!waiting.isEmpty() && waiting.first().isDue(now)) {
      Diminished right = waiting.removeFirst();
      right.port().expire(right);
    }
  }
}
