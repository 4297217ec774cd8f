// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.mach.NotificationKind;

/** The notification requests armed before a step, and what must have become of them after it. */
final class Requests {
  private final Ipc ipc;
  private final Map<CarriedRight, Right> deadName = new HashMap<>();
  private final Map<CarriedRight, Port> noSenders = new HashMap<>();
  private final Map<CarriedRight, Port> portDestroyed = new HashMap<>();
  private final Map<NotificationKind, Long> sent = new EnumMap<>(NotificationKind.class);

  private Requests(Ipc ipc) {
    this.ipc = ipc;
  }

  static Requests armed(Ipc ipc, Set<Port> ports) {
    Requests requests = new Requests(ipc);
    for (Task task : ipc.tasks()) {
      for (Right right : task.space().table().all()) {
        put(requests.deadName, right.request(), right);
      }
    }
    for (Port port : ports) {
      put(requests.noSenders, port.noSendersRequest(), port);
      put(requests.portDestroyed, port.portDestroyedRequest(), port);
    }
    for (NotificationKind kind : NotificationKind.values()) {
      requests.sent.put(kind, ipc.tally.notifications(kind));
    }
    return requests;
  }

  private static <T> void put(Map<CarriedRight, T> map, @Nullable CarriedRight key, T value) {
    if (key != null) {
      map.put(key, value);
    }
  }

  private long since(NotificationKind kind) {
    return ipc.tally.notifications(kind) - sent.getOrDefault(kind, 0L);
  }

  /**
   * Each request that is gone was answered once, none twice.
   *
   * @param cancelled requests that the step itself took back
   * @param immediate notifications that the step itself asked for at once
   */
  void check(int cancelled, int immediate) {
    long deadNames = deadName.entrySet().stream().filter(e -> goneName(e)).count();
    long destroyed =
        portDestroyed.entrySet().stream()
            .filter(e -> e.getValue().portDestroyedRequest() != e.getKey())
            .count();
    long senders =
        noSenders.entrySet().stream()
            .filter(e -> e.getValue().noSendersRequest() != e.getKey())
            .count();
    long sendersAlive =
        noSenders.entrySet().stream()
            .filter(e -> e.getValue().noSendersRequest() != e.getKey())
            .filter(e -> e.getValue().isAlive())
            .count();
    long names =
        since(NotificationKind.DEAD_NAME)
            + since(NotificationKind.PORT_DELETED)
            + since(NotificationKind.SEND_POSSIBLE);
    long none = since(NotificationKind.NO_SENDERS);
    hold(since(NotificationKind.PORT_DESTROYED) == destroyed, "port-destroyed notifications");
    hold(
        names + none >= deadNames + sendersAlive - cancelled + immediate
            && names + none <= deadNames + senders - cancelled + immediate,
        "dead-name and no-senders notifications");
    if (cancelled == 0 && immediate == 0) {
      hold(names == deadNames, "dead-name notifications");
    }
  }

  private static boolean goneName(Map.Entry<CarriedRight, Right> entry) {
    return entry.getValue().request() != entry.getKey();
  }

  private static void hold(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("not exactly once: " + what);
    }
  }
}
