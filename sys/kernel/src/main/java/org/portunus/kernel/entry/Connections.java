// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.EventLoop;
import org.portunus.kernel.task.RunningTask;

/**
 * Who is connected to whom, and which calls are overdue. The kernel holds neither end of a
 * connection once it is delivered; it knows the pair, to carry out deadlines.
 *
 * <p>An overdue call ends the service only if the service does not say within its own grace that
 * the call has ended: see docs/protocol.
 *
 * <p>Invariants: a connection is in the table from CONNECT until its client says that it is closed,
 * or either task ends; each task has at most {@link #MAX_PER_CLIENT} as a client. Lock: none; the
 * loop.
 */
public final class Connections {
  /** Most connections that one client holds. */
  public static final int MAX_PER_CLIENT = 1024;

  /** Most overdue calls of one connection that the kernel watches. */
  private static final int MAX_OVERDUE = 64;

  private final EventLoop loop;
  private final Map<Long, Connection> table = new HashMap<>();
  private long lastNumber;

  /** One connection; the service is known once it has received its end. */
  private static final class Connection {
    final long number;
    final RunningTask client;
    Optional<RunningTask> service = Optional.empty();
    final Map<Long, EventLoop.Timer> overdue = new HashMap<>();

    Connection(long number, RunningTask client) {
      this.number = number;
      this.client = client;
    }

    void cancelTimers() {
      overdue.values().forEach(EventLoop.Timer::cancel);
      overdue.clear();
    }
  }

  public Connections(EventLoop loop) {
    this.loop = loop;
  }

  /** A new connection of this client; empty when it has too many. */
  Optional<Long> open(RunningTask client) {
    if (count(client) >= MAX_PER_CLIENT) {
      return Optional.empty();
    }
    lastNumber++;
    table.put(lastNumber, new Connection(lastNumber, client));
    client.countConnections(1);
    return Optional.of(lastNumber);
  }

  /** How many connections the task has as a client. */
  static int count(RunningTask client) {
    return client.connections();
  }

  /** How many there are. */
  public int count() {
    return table.size();
  }

  /** The service's end was delivered to this task. */
  void delivered(long number, RunningTask service) {
    Connection connection = table.get(number);
    if (connection != null) {
      connection.cancelTimers();
      connection.service = Optional.of(service);
    }
  }

  /** The client is done with it. A number that is not the client's changes nothing. */
  void closed(RunningTask client, long number) {
    Connection connection = table.get(number);
    if (connection != null && connection.client == client) {
      remove(connection);
    }
  }

  private void remove(Connection connection) {
    table.remove(connection.number);
    connection.cancelTimers();
    connection.client.countConnections(-1);
  }

  /** A task has ended: its connections as a client go, those to it as a service lose it. */
  public void ended(RunningTask task) {
    table.values().stream().filter(c -> c.client == task).toList().forEach(this::remove);
    for (Connection connection : table.values()) {
      if (connection.service.equals(Optional.of(task))) {
        connection.service = Optional.empty();
        connection.cancelTimers();
      }
    }
  }

  /** The client says that a call is past its deadline: the service is asked, and has its grace. */
  void overdue(RunningTask client, long number, long call) {
    Connection connection = table.get(number);
    if (connection == null || connection.client != client || connection.service.isEmpty()) {
      return;
    }
    if (connection.overdue.size() >= MAX_OVERDUE || connection.overdue.containsKey(call)) {
      return;
    }
    RunningTask service = connection.service.get();
    long grace = service.graceNanos();
    EventLoop.Timer timer = loop.after(grace, () -> graceOver(connection, call));
    connection.overdue.put(call, timer);
    service.event(KernelOperation.CALL_CANCEL, new WireWriter().i64(number).i64(call).toBytes());
  }

  /** The service says that an overdue call has ended. */
  void finished(RunningTask service, long number, long call) {
    Connection connection = table.get(number);
    if (connection != null && connection.service.equals(Optional.of(service))) {
      EventLoop.Timer timer = connection.overdue.remove(call);
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  private void graceOver(Connection connection, long call) {
    connection.overdue.remove(call);
    connection.service.ifPresent(service ->
        service.kill(
            "%s: call %d of connection %d (client %s) went on after its deadline and the grace"
                .formatted(
                    ErrorCode.DEADLINE.dotted(), call, connection.number, connection.client)));
  }
}
