// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.portunus.abi.crash.LastCalls;
import org.portunus.kernel.task.RunningTask;

/**
 * What the latest tasks that ended served, for their crash reports. Their clients say which calls
 * they waited for; nobody else is believed, and nobody is made to hold more for it than {@link
 * LastCalls} has room for.
 *
 * <p>A client hears of the end of its service by its socket, mostly before the kernel has reaped
 * the process: what it says and closes then is kept for a moment.
 *
 * <p>Lock: none; the loop.
 */
public final class LastServed {
  /** Most tasks that are remembered. */
  static final int MOST_TASKS = 32;

  private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Map<Long, Served> byTask = new LinkedHashMap<>();
  private final Map<Long, Part> byConnection = new HashMap<>();
  private final Map<Long, ArrayDeque<Part>> closing = new HashMap<>();

  private record Served(List<Part> parts, int left) {}

  private static final class Part {
    final long connection;
    final RunningTask client;
    final long since = System.nanoTime();
    final ArrayDeque<LastCalls.Call> calls = new ArrayDeque<>();

    Part(long connection, RunningTask client) {
      this.connection = connection;
      this.client = client;
    }

    void add(LastCalls.Call call) {
      if (calls.size() < LastCalls.MOST_CALLS) {
        calls.addLast(call);
      }
    }

    LastCalls.Served toServed() {
      return new LastCalls.Served(connection, client.number(), client.label(), List.copyOf(calls));
    }
  }

  /** A service is about to lose its connections. */
  public void leaving(RunningTask service, List<Connections.Served> connections) {
    List<Part> parts = new ArrayList<>();
    ArrayDeque<Part> closed = closing.remove(service.number());
    if (closed != null) {
      closed.stream()
          .filter(part -> System.nanoTime() - part.since < MOMENT_NANOS)
          .forEach(parts::add);
    }
    for (Connections.Served served : connections) {
      if (parts.stream().noneMatch(part -> part.connection == served.connection())) {
        parts.add(new Part(served.connection(), served.client()));
      }
    }
    int left = Math.max(0, parts.size() - LastCalls.MOST);
    List<Part> kept = List.copyOf(parts.subList(left, parts.size()));
    kept.forEach(part -> byConnection.put(part.connection, part));
    byTask.put(service.number(), new Served(kept, left));
    if (byTask.size() > MOST_TASKS) {
      Map.Entry<Long, Served> eldest = byTask.entrySet().iterator().next();
      eldest.getValue().parts().forEach(part -> byConnection.remove(part.connection));
      byTask.remove(eldest.getKey());
    }
  }

  /** A client is done with a connection: its service may have died. */
  void closing(RunningTask client, long connection, Optional<Connections.Ends> ends) {
    Optional<Part> unusedPart = part(client, connection, ends);
  }

  /** A client says that it waited for a call of a connection that it has lost. */
  void interrupted(
      RunningTask client, long connection, LastCalls.Call call, Optional<Connections.Ends> ends) {
    Part known = byConnection.get(connection);
    if (known != null && known.client == client) {
      known.add(call);
    } else {
      part(client, connection, ends).ifPresent(part -> part.add(call));
    }
  }

  /** The part of a connection of this client's whose service has not been reaped. */
  private Optional<Part> part(
      RunningTask client, long connection, Optional<Connections.Ends> ends) {
    Optional<RunningTask> service =
        ends.filter(both -> both.client() == client)
            .flatMap(Connections.Ends::service)
            .filter(task -> task.kind() == RunningTask.Kind.SERVICE);
    if (service.isEmpty()) {
      return Optional.empty();
    }
    ArrayDeque<Part> parts =
        closing.computeIfAbsent(service.get().number(), _ -> new ArrayDeque<>());
    for (Part part : parts) {
      if (part.connection == connection) {
        return Optional.of(part);
      }
    }
    if (parts.size() == LastCalls.MOST) {
      parts.removeFirst();
    }
    Part made = new Part(connection, client);
    parts.addLast(made);
    return Optional.of(made);
  }

  /** What is known of a task that has ended; nothing is, of one that is forgotten. */
  public LastCalls of(long task) {
    Served served = byTask.get(task);
    return served == null
        ? new LastCalls(List.of(), 0)
        : new LastCalls(served.parts().stream().map(Part::toServed).toList(), served.left());
  }
}
