// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.portunus.abi.crash.LastCalls;
import org.portunus.kernel.task.RunningTask;

/**
 * What the latest tasks that ended served, for their crash reports. Their clients say which calls
 * they waited for; nobody else is believed, and nobody is made to hold more for it than {@link
 * LastCalls} has room for.
 *
 * <p>Lock: none; the loop.
 */
public final class LastServed {
  /** Most tasks that are remembered. */
  static final int MOST_TASKS = 32;

  private final Map<Long, Served> byTask = new LinkedHashMap<>();
  private final Map<Long, Part> byConnection = new HashMap<>();

  private record Served(List<Part> parts, int left) {}

  private static final class Part {
    final long connection;
    final RunningTask client;
    final ArrayDeque<LastCalls.Call> calls = new ArrayDeque<>();

    Part(Connections.Served served) {
      this.connection = served.connection();
      this.client = served.client();
    }

    LastCalls.Served toServed() {
      return new LastCalls.Served(connection, client.number(), client.label(), List.copyOf(calls));
    }
  }

  /** A service is about to lose its connections. */
  public void leaving(RunningTask service, List<Connections.Served> connections) {
    int left = Math.max(0, connections.size() - LastCalls.MOST);
    List<Part> parts = new ArrayList<>();
    for (Connections.Served served : connections.subList(left, connections.size())) {
      Part part = new Part(served);
      parts.add(part);
      byConnection.put(served.connection(), part);
    }
    byTask.put(service.number(), new Served(parts, left));
    if (byTask.size() > MOST_TASKS) {
      Map.Entry<Long, Served> eldest = byTask.entrySet().iterator().next();
      eldest.getValue().parts().forEach(part -> byConnection.remove(part.connection));
      byTask.remove(eldest.getKey());
    }
  }

  /** A client says that it waited for a call of a connection that it has lost. */
  void interrupted(RunningTask client, long connection, LastCalls.Call call) {
    Part part = byConnection.get(connection);
    if (part != null && part.client == client && part.calls.size() < LastCalls.MOST_CALLS) {
      part.calls.addLast(call);
    }
  }

  /** What is known of a task that has ended; nothing is, of one that is forgotten. */
  public LastCalls of(long task) {
    Served served = byTask.get(task);
    return served == null
        ? new LastCalls(List.of(), 0)
        : new LastCalls(served.parts().stream().map(Part::toServed).toList(), served.left());
  }
}
