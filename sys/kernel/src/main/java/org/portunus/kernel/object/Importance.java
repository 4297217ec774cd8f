// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.Qos;
import org.portunus.abi.wire.QosGrant;

/**
 * How urgently one task works: by its own class, and by the boosts of those that wait for it.
 *
 * <p>Invariants: {@code effective} is the least solution of <em>effective = the most urgent of own,
 * the fixed boosts held, and the effective class of every task that pushes</em>, for all tasks
 * together. So tasks that push each other in a circle hold nothing up by themselves. What a task
 * asks for by number is never above its ceiling; what it passes on is only what it works at.
 */
final class Importance {
  /** Tasks that one passes its class on to at once: what a change may cost is bounded by it. */
  static final int MOST_PUSHED = 16;

  private final Task task;
  private final Ipc ipc;
  private QosGrant grant = QosGrant.STANDARD;
  private Qos effective = QosGrant.STANDARD.own();
  private final int[] held = new int[Qos.COUNT];
  private final Map<Importance, Integer> pushers = new HashMap<>();
  private final Map<Importance, Integer> pushed = new LinkedHashMap<>();
  private final Set<Boost> given = new LinkedHashSet<>();

  Importance(Ipc ipc, Task task) {
    this.ipc = ipc;
    this.task = task;
  }

  Task task() {
    return task;
  }

  QosGrant grant() {
    return grant;
  }

  void setGrant(QosGrant newGrant) {
    grant = newGrant;
    rise(null);
    fall();
  }

  Qos effective() {
    return effective;
  }

  /** A boost by a message of this task; it is nowhere yet. */
  Boost give(Qos fixed, Boost.Kind kind) {
    Boost boost = new Boost(this, fixed.atMost(grant.ceiling()), kind);
    given.add(boost);
    return boost;
  }

  void taken(Boost boost) {
    given.remove(boost);
  }

  /** How many of its boosts are somewhere. */
  int given() {
    return given.size();
  }

  /** The task is gone: nobody works for it any more. */
  void end() {
    List.copyOf(given).forEach(Boost::end);
  }

  void hold(Qos fixed, Importance sender) {
    held[fixed.number()]++;
    rise(sender);
  }

  void release(Qos fixed) {
    held[fixed.number()]--;
    if (held[fixed.number()] == 0) {
      lose(fixed);
    }
  }

  /** Works at what a pusher works at from now on; false if that pushes too many already. */
  boolean pushedBy(Importance pusher) {
    if (pusher.pushed.size() >= MOST_PUSHED && !pusher.pushed.containsKey(this)) {
      return false;
    }
    pushers.merge(pusher, 1, Integer::sum);
    pusher.pushed.merge(this, 1, Integer::sum);
    rise(pusher);
    return true;
  }

  void leftBy(Importance pusher) {
    drop(pushers, pusher);
    drop(pusher.pushed, this);
    if (!pushers.containsKey(pusher)) {
      lose(pusher.effective);
    }
  }

  /** A reason for this class is gone. */
  private void lose(Qos reason) {
    if (effective.isAbove(grant.own()) && !effective.isAbove(reason)) {
      fall();
    }
  }

  private static void drop(Map<Importance, Integer> counts, Importance of) {
    counts.computeIfPresent(of, (_, count) -> count == 1 ? null : count - 1);
  }

  /**
   * Goes up as far as it must, and takes with it whom it pushes.
   *
   * @param by whose message is the reason; null for its own grant
   */
  private void rise(@Nullable Importance by) {
    ArrayDeque<Importance> work = new ArrayDeque<>(List.of(this));
    for (Importance each = work.poll(); each != null; each = work.poll()) {
      Qos now = each.wanted(Set.of());
      if (now.isAbove(each.effective)) {
        each.change(now, each == this ? by : each.pusherAt(now));
        work.addAll(each.pushed.keySet());
      }
    }
  }

  /** Something is gone: this task and all that it reaches begin anew from what holds others up. */
  private void fall() {
    Set<Importance> reached = reached();
    Map<Importance, Qos> before = new LinkedHashMap<>();
    for (Importance each : reached) {
      before.put(each, each.effective);
      each.effective = each.wanted(reached);
    }
    ArrayDeque<Importance> work = new ArrayDeque<>(reached);
    for (Importance each = work.poll(); each != null; each = work.poll()) {
      Qos now = each.wanted(Set.of());
      if (now.isAbove(each.effective)) {
        each.effective = now;
        work.addAll(each.pushed.keySet());
      }
    }
    before.forEach((each, was) -> {
      Qos now = each.effective;
      each.effective = was;
      each.change(now, null);
    });
  }

  private Set<Importance> reached() {
    Set<Importance> reached = new LinkedHashSet<>(List.of(this));
    ArrayDeque<Importance> work = new ArrayDeque<>(reached);
    for (Importance each = work.poll(); each != null; each = work.poll()) {
      for (Importance next : each.pushed.keySet()) {
        if (reached.add(next)) {
          work.add(next);
        }
      }
    }
    return reached;
  }

  /** The most urgent reason, those of these tasks left out. */
  private Qos wanted(Set<Importance> without) {
    Qos most = grant.own();
    for (int level = Qos.COUNT - 1; level > most.number(); level--) {
      if (held[level] > 0) {
        most = Qos.of(level).orElseThrow();
      }
    }
    for (Importance pusher : pushers.keySet()) {
      if (!without.contains(pusher)) {
        most = most.or(pusher.effective);
      }
    }
    return most;
  }

  private @Nullable Importance pusherAt(Qos level) {
    for (Importance pusher : pushers.keySet()) {
      if (pusher.effective == level) {
        return pusher;
      }
    }
    return null;
  }

  private void change(Qos now, @Nullable Importance by) {
    if (now != effective) {
      effective = now;
      ipc.importanceChanged(task, Optional.ofNullable(by).map(Importance::task));
    }
  }
}
