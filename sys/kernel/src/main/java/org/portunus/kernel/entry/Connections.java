// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.entry;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.id.EventId;
import org.portunus.abi.identity.PeerRequirement;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.Route;
import org.portunus.abi.wire.SendPowers;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.ConnectionEnd;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.link.Links;
import org.portunus.kernel.link.Relays;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.task.RunningTask;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;

/**
 * Who is connected to whom, whether both are who the other requires, and which calls are overdue.
 * The kernel holds the service's end until it is delivered or the client has gone; it knows the
 * pair, to carry out deadlines.
 *
 * <p>An overdue call ends the service only if the service does not say within its own grace that
 * the call has ended: see docs/protocol.
 *
 * <p>Invariants: a connection is in the table from CONNECT until its client says that it is closed,
 * or ends, and longer while one of its calls is overdue: a client that leaves does not save a
 * service that loops; each task has at most {@link #MAX_PER_CLIENT} as a client, of which at most
 * {@link #MAX_UNDELIVERED}, and no more than there is room for, wait for their service, and at most
 * {@link #MAX_OVERDUE} overdue calls; no service has more than {@link #MAX_CANCELS} cancels to
 * answer, and one of each client beyond, so that no client's deadlines are crowded out; what an
 * operation costs does not depend on what other tasks hold. Lock: none; the loop.
 */
public final class Connections {
  /** Most connections that one client holds. */
  public static final int MAX_PER_CLIENT = 1024;

  /** Most connections of one client that no service has taken yet. */
  public static final int MAX_UNDELIVERED = 48;

  /** Most overdue calls of one client that the kernel watches. */
  static final int MAX_OVERDUE = 64;

  /** Most overdue calls of one service that the kernel watches: each is a frame to it. */
  static final int MAX_CANCELS = 192;

  /** Links that are ended at once, and for how long others wait: each is an event to both ends. */
  private static final int MOVED_AT_ONCE = 64;

  private static final long PAUSE_NANOS = 10_000_000;
  private static final String MOVED = "connections to the service are relayed from now on";
  private static final String OVER = "the connection was made by a right whose time is up";
  private static final int MAX_DETAIL = 4096;
  private static final int[] NO_NUMBERS = {};

  private final EventLoop loop;
  private final Closer closer;
  private final DescriptorRoom room;
  private final Links links;
  private final Relays relays;
  private final Map<Long, Connection> table = new HashMap<>();
  private final Map<RunningTask, Part> parts = new HashMap<>();
  private LongConsumer left = _ -> {};
  private long lastNumber;

  /** One connection; the service is known once it has received its end. */
  private static final class Connection {
    final long number;
    final RunningTask client;
    final Port target;
    final Optional<PeerRequirement> requirement;
    final ConnectionEnd end;
    Optional<RunningTask> service = Optional.empty();
    boolean delivered;
    final Map<Long, EventLoop.Timer> overdue = new HashMap<>();
    boolean closed;
    Optional<EventLoop.Timer> expiry = Optional.empty();

    Connection(
        long number,
        RunningTask client,
        Port target,
        Optional<PeerRequirement> requirement,
        ConnectionEnd end) {
      this.number = number;
      this.client = client;
      this.target = target;
      this.requirement = requirement;
      this.end = end;
    }
  }

  /** A task's part in the table. */
  private static final class Part {
    final Set<Connection> asClient = new LinkedHashSet<>();
    final Set<Connection> asService = new LinkedHashSet<>();
    int undelivered;
    int overdue;
    int cancels;

    boolean isNothing() {
      return asClient.isEmpty() && asService.isEmpty();
    }
  }

  /** The two ends of a connection that is open. */
  record Ends(RunningTask client, Optional<RunningTask> service) {
    Optional<RunningTask> task(ConnectionSide side) {
      return side == ConnectionSide.CLIENT ? Optional.of(client) : service;
    }
  }

  /**
   * @param room that the ends which wait for their service take up
   */
  public Connections(
      EventLoop loop, Closer closer, DescriptorRoom room, Links links, Relays relays) {
    this.links = links;
    this.relays = relays;
    this.loop = loop;
    this.closer = closer;
    this.room = room;
  }

  /** What is to be told when a connection has lost an end; for one, before the first connection. */
  void whenLeft(LongConsumer action) {
    left = action;
  }

  /** The ends of a connection, if it is open. */
  Optional<Ends> ends(long number) {
    Connection connection = table.get(number);
    return connection == null || connection.closed
        ? Optional.empty()
        : Optional.of(new Ends(connection.client, connection.service));
  }

  /**
   * Ends a connection whose protocol was broken, severs what carries it, and tells both ends why.
   */
  public void end(long number, ErrorCode code, String why) {
    Connection connection = table.get(number);
    if (connection == null || connection.closed) {
      return;
    }
    byte[] body = new WireWriter().i64(number).i32(code.number()).text(why, MAX_DETAIL).toBytes();
    if (!links.revoke(number, why, () -> tellEnd(connection, body))
        && !relays.sever(number, () -> tellEnd(connection, body))) {
      tellEnd(connection, body);
    }
    close(connection);
  }

  /**
   * Has the connections to a port carried this way from now on. Those that the kernel would have to
   * see and does not are ended, so that their clients connect anew: of a link both ends confirm it.
   * What is relayed stays so to its end.
   *
   * @return how many are ended
   */
  public int carry(Port target, Route route) {
    target.setRoute(route);
    if (route == Route.DIRECT) {
      return 0;
    }
    List<Connection> direct =
        table.values().stream()
            .filter(connection -> connection.target == target && !connection.closed)
            .filter(connection -> !relays.has(connection.number))
            .sorted(Comparator.comparingLong(connection -> connection.number))
            .toList();
    endForRelay(direct);
    return direct.size();
  }

  private void endForRelay(List<Connection> direct) {
    int now = Math.min(MOVED_AT_ONCE, direct.size());
    for (Connection connection : direct.subList(0, now)) {
      // Without a link there is only the tasks' word for it that they close their sockets.
      if (!links.move(connection.number, MOVED) && !links.has(connection.number)) {
        end(connection.number, ErrorCode.INTERRUPTED, MOVED);
      }
    }
    if (now < direct.size()) {
      List<Connection> rest = direct.subList(now, direct.size());
      EventLoop.Timer _ = loop.after(PAUSE_NANOS, () -> endForRelay(rest));
    }
  }

  private static void tellEnd(Connection connection, byte[] body) {
    connection.client.event(KernelOperation.CONNECTION_ENDED, body);
    connection
        .service
        .filter(service -> service != connection.client)
        .ifPresent(service -> service.event(KernelOperation.CONNECTION_ENDED, body));
  }

  private void close(Connection connection) {
    connection.closed = true;
    connection.expiry.ifPresent(EventLoop.Timer::cancel);
    connection.expiry = Optional.empty();
    relays.closed(connection.number);
    left.accept(connection.number);
    removeIfDone(connection);
  }

  private Part part(RunningTask task) {
    return parts.computeIfAbsent(task, _ -> new Part());
  }

  private void forgetIfNothing(RunningTask task) {
    if (part(task).isNothing()) {
      parts.remove(task);
    }
  }

  /** Why the client gets no further connection; empty when it may have one. */
  Optional<String> refusal(RunningTask client) {
    if (client.connections() >= MAX_PER_CLIENT) {
      return Optional.of("%s holds %d connections".formatted(client, MAX_PER_CLIENT));
    }
    Part part = parts.get(client);
    int waiting = part == null ? 0 : part.undelivered;
    if (waiting >= MAX_UNDELIVERED) {
      return Optional.of("%d connections of %s wait for their service".formatted(waiting, client));
    }
    DescriptorRoom own = client.custody(room);
    return own.mayGrow(1)
        ? Optional.empty()
        : Optional.of(
            "%d connections of %s wait for their service, and %s"
                .formatted(waiting, client, own.full()));
  }

  /** Why the client is not who the port's holder requires it to be; empty if it is. */
  static Optional<String> clientRefusal(Port port, RunningTask client) {
    return port.clientRequirement()
        .flatMap(requirement -> requirement.refusal(client.identity()))
        .map(why -> "the service's requirement on its clients: " + why);
  }

  /**
   * A new connection of this client, which may have it.
   *
   * @param target where the service's end goes
   * @param requirement what the client requires of the service
   */
  ConnectionEnd open(
      RunningTask client,
      Port target,
      Optional<PeerRequirement> requirement,
      Descriptor serviceEnd) {
    lastNumber++;
    ConnectionEnd end = new ConnectionEnd(lastNumber, serviceEnd, closer, client.custody(room));
    Connection connection = new Connection(lastNumber, client, target, requirement, end);
    table.put(lastNumber, connection);
    Part part = part(client);
    part.asClient.add(connection);
    part.undelivered++;
    client.countConnections(1);
    return end;
  }

  /** Ends a connection with the time of the right by which it was made. */
  void limit(long number, SendPowers powers) {
    Connection connection = table.get(number);
    if (connection != null && powers.ends()) {
      connection.expiry =
          Optional.of(loop.after(powers.nanos(), () -> end(number, ErrorCode.RIGHT_EXPIRED, OVER)));
    }
  }

  /** How many there are. */
  public int count() {
    return table.size();
  }

  /**
   * The service's end is about to go to this task. Only now both are known: if one does not meet
   * what the other requires, the client is told why, and nobody gets the end.
   *
   * <p>A task's identity never changes, so what is checked here holds for the connection's life.
   * launchd, which answers for a service that can't be started, is not measured.
   *
   * @return whether it may go
   */
  boolean delivered(long number, RunningTask service) {
    Connection connection = table.get(number);
    if (connection == null) {
      return true;
    }
    leaveService(connection);
    setDelivered(connection);
    Optional<String> refusal = refusal(connection, service);
    if (refusal.isPresent()) {
      String why = refusal.get();
      Optional<EventId> told =
          connection.client.record(
              LogEvent.of("connection.refused")
                  .with("connection", number)
                  .with("service", service.label())
                  .with("error", ErrorCode.PEER_REQUIREMENT.dotted())
                  .with("why", why));
      refuse(connection, ErrorCode.PEER_REQUIREMENT, told.map(id -> id.behind(why)).orElse(why));
      return false;
    }
    if (links.has(number) && !links.areKnownTo(service)) {
      refuse(connection, ErrorCode.VERSION, service + " knows no links: its library is older");
      return false;
    }
    connection.service = Optional.of(service);
    part(service).asService.add(connection);
    relays.delivered(number, service);
    return true;
  }

  /** Whether the service's end went to this task. */
  boolean isService(RunningTask task, long number) {
    Connection connection = table.get(number);
    return connection != null && connection.service.equals(Optional.of(task));
  }

  private void setDelivered(Connection connection) {
    if (!connection.delivered) {
      connection.delivered = true;
      part(connection.client).undelivered--;
    }
  }

  private void leaveService(Connection connection) {
    if (connection.service.isPresent()) {
      RunningTask service = connection.service.get();
      left.accept(connection.number);
      List.copyOf(connection.overdue.keySet()).forEach(call -> notOverdue(connection, call));
      part(service).asService.remove(connection);
      connection.service = Optional.empty();
      forgetIfNothing(service);
    }
  }

  private static Optional<String> refusal(Connection connection, RunningTask service) {
    if (service.kind() == RunningTask.Kind.LAUNCHD) {
      return Optional.empty();
    }
    return clientRefusal(connection.target, connection.client)
        .or(() ->
            connection
                .requirement
                .flatMap(requirement -> requirement.refusal(service.identity()))
                .map(why -> "the client's requirement on the service: " + why));
  }

  /** Answers in the service's place: the kernel made the socket and holds its end. */
  private void refuse(Connection connection, ErrorCode code, String why) {
    Optional<Descriptor> held = connection.end.take();
    if (held.isEmpty()) {
      return;
    }
    byte[] body = new WireWriter().i32(code.number()).text(why, MAX_DETAIL).toBytes();
    ByteBuffer frame = ByteBuffer.allocate(ConnectionFrame.HEAD + body.length);
    new ConnectionFrame(ConnectionFrame.Kind.GOODBYE, 0, 0, 0, 0, 0, body.length, 0).write(frame);
    frame.put(body);
    try {
      SeqpacketChannel channel = SeqpacketChannel.of(held.get(), frame.capacity());
      // A client that filled its own socket learns no more than the end.
      int _ = channel.send(frame.array(), 0, frame.capacity(), NO_NUMBERS, 0, WaitMode.DONT_WAIT);
      closer.close(channel);
    } catch (LinuxException failure) {
      closer.close(held.get());
    }
  }

  /** The client is done with it. A number that is not the client's changes nothing. */
  void closed(RunningTask client, long number) {
    Connection connection = table.get(number);
    if (connection != null && connection.client == client) {
      close(connection);
    }
  }

  private void removeIfDone(Connection connection) {
    if (connection.closed
        && connection.overdue.isEmpty()
        && table.remove(connection.number) != null) {
      leaveService(connection);
      setDelivered(connection);
      part(connection.client).asClient.remove(connection);
      forgetIfNothing(connection.client);
      connection.end.release();
      connection.client.countConnections(-1);
    }
  }

  /** A connection that a task serves. */
  public record Served(long connection, RunningTask client) {}

  /** What a task serves now, in the order in which it took them. */
  public List<Served> servedBy(RunningTask service) {
    Part part = parts.get(service);
    return part == null
        ? List.of()
        : part.asService.stream()
            .map(connection -> new Served(connection.number, connection.client))
            .toList();
  }

  /** A task has ended: its connections as a client go, those to it as a service lose it. */
  public void ended(RunningTask task) {
    Part part = parts.get(task);
    if (part == null) {
      return;
    }
    for (Connection connection : List.copyOf(part.asService)) {
      leaveService(connection);
      removeIfDone(connection);
    }
    for (Connection connection : List.copyOf(part.asClient)) {
      close(connection);
    }
  }

  /** The client says that a call is past its deadline: the service is asked, and has its grace. */
  void overdue(RunningTask client, long number, long call) {
    Connection connection = table.get(number);
    if (connection == null
        || connection.client != client
        || connection.closed
        || connection.service.isEmpty()) {
      return;
    }
    RunningTask service = connection.service.get();
    if (connection.overdue.containsKey(call)
        || part(client).overdue >= MAX_OVERDUE
        || (part(service).cancels >= MAX_CANCELS && part(client).overdue > 0)) {
      return;
    }
    Optional<EventId> told =
        client.record(
            LogEvent.of("call.overdue")
                .with("connection", number)
                .with("call", call)
                .with("service", service)
                .with("grace.ms", service.graceNanos() / 1_000_000)
                .with("why", ErrorCode.DEADLINE.dotted() + ": told by its client"));
    EventLoop.Timer timer =
        loop.after(service.graceNanos(), () -> graceOver(connection, call, told));
    connection.overdue.put(call, timer);
    part(client).overdue++;
    part(service).cancels++;
    service.event(KernelOperation.CALL_CANCEL, new WireWriter().i64(number).i64(call).toBytes());
  }

  private void notOverdue(Connection connection, long call) {
    EventLoop.Timer timer = connection.overdue.remove(call);
    if (timer != null) {
      timer.cancel();
      part(connection.client).overdue--;
      connection.service.ifPresent(service -> part(service).cancels--);
    }
  }

  /** The service says that an overdue call has ended. */
  void finished(RunningTask service, long number, long call) {
    Connection connection = table.get(number);
    if (connection != null && connection.service.equals(Optional.of(service))) {
      notOverdue(connection, call);
      removeIfDone(connection);
    }
  }

  private void graceOver(Connection connection, long call, Optional<EventId> overdue) {
    Optional<RunningTask> held = connection.service.filter(RunningTask::isHeld);
    if (held.isPresent() && connection.overdue.containsKey(call)) {
      EventLoop.Timer again =
          loop.after(held.get().graceNanos(), () -> graceOver(connection, call, overdue));
      connection.overdue.put(call, again);
      return;
    }
    notOverdue(connection, call);
    connection.service.ifPresent(service ->
        service.kill(
            "%s: call %d of connection %d (client %s) went on after its deadline and the grace"
                .formatted(ErrorCode.DEADLINE.dotted(), call, connection.number, connection.client),
            overdue));
    removeIfDone(connection);
  }
}
