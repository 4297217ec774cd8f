// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.wire.ConnectionSide;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.LinkList;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.task.KernelLog;
import org.portunus.kernel.task.RunningTask;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.UnixSocket;

/**
 * Every relayed connection: whose it is, whose turn it is, and how it ends.
 *
 * <p>Turns are taken by clients, not by connections, once in each round of the loop: a client that
 * floods many connections gets no more of the kernel task than one that floods one, and what the
 * kernel is asked by others waits for one turn of each at most.
 *
 * <p>Invariants: a connection is in the table until its relay has ended; each client has at most
 * {@link #MAX_PER_CLIENT}, and no more than a quarter of the descriptors that are left for all.
 * Lock: none; the loop.
 */
public final class Relays {
  /** Most relayed connections of one client. */
  public static final int MAX_PER_CLIENT = 64;

  /** Most sockets of all of them: what waits in each is bounded by its send buffer. */
  public static final int MAX_SOCKETS = 1024;

  private static final int SOCKETS = 2;
  private static final long CONFIRM_NANOS = 100_000_000;
  private static final long GIVE_UP_NANOS = 5_000_000_000L;

  private final EventLoop loop;
  private final Closer closer;
  private final DescriptorRoom room;
  private final Links links;
  private final KernelLog log;
  private final ReceivedMessage buffer;
  private final TreeMap<Long, Relayed> table = new TreeMap<>();
  private final Map<RunningTask, Part> parts = new HashMap<>();
  private final Set<Part> waiting = new LinkedHashSet<>();
  private boolean scheduled;
  private Violations violations = (_, _, _, _) -> {};
  private Refusals refusals = (_, _) -> {};

  /** Who ends the connections whose protocol was broken. */
  @FunctionalInterface
  public interface Violations {
    /**
     * @param by whose frame it was
     * @param other the other end, if it is known
     */
    void violated(long connection, RunningTask by, Optional<RunningTask> other, String what);
  }

  /** Who ends the connections whose client called what it may not. */
  @FunctionalInterface
  public interface Refusals {
    void refused(long connection, String what);
  }

  /** What a client has, and which of it can go on. */
  private static final class Part {
    final Deque<Relayed> ready = new ArrayDeque<>();
    int count;
  }

  /**
   * The sockets of a connection that is to be relayed.
   *
   * @param tasks the client's, then the service's
   * @param kernels the kernel's to the client, then that to the service
   */
  public record Sockets(UnixSocket.Pair tasks, UnixSocket.Pair kernels) {
    /** New ones; the caller's. */
    public static Sockets make() throws LinuxException {
      UnixSocket.Pair client = UnixSocket.pair();
      boolean made = false;
      try {
        UnixSocket.Pair service = UnixSocket.pair();
        made = true;
        return new Sockets(
            new UnixSocket.Pair(client.first(), service.first()),
            new UnixSocket.Pair(client.second(), service.second()));
      } finally {
        if (!made) {
          client.close();
        }
      }
    }
  }

  private final class Relayed implements Relay.Listener {
    final long connection;
    final RunningTask client;
    final Part part;
    final long made = System.nanoTime();
    final Relay relay;
    Optional<RunningTask> service = Optional.empty();
    Optional<EventLoop.Timer> timer = Optional.empty();
    LinkList.State state = LinkList.State.RELAYED;
    boolean waits;

    Relayed(
        long connection,
        RunningTask client,
        Part part,
        UnixSocket.Pair kernels,
        IntPredicate methods)
        throws LinuxException {
      this.connection = connection;
      this.client = client;
      this.part = part;
      this.relay =
          new Relay(loop, closer, buffer, kernels.first(), kernels.second(), methods, this);
    }

    @Override
    public void ready(Relay moved) {
      if (!waits) {
        waits = true;
        part.ready.add(this);
        waiting.add(part);
        schedule();
      }
    }

    @Override
    public void broken(Relay moved, ConnectionSide by, String what) {
      RunningTask sender = by == ConnectionSide.CLIENT ? client : service.orElse(client);
      Optional<RunningTask> other = by == ConnectionSide.CLIENT ? service : Optional.of(client);
      violations.violated(connection, sender, other, what);
      endSoon();
    }

    @Override
    public void refused(Relay limited, int method) {
      refusals.refused(
          connection, "method %d is not among those that the right allows".formatted(method));
      endSoon();
    }

    @Override
    public void ended(Relay over) {
      timer.ifPresent(EventLoop.Timer::cancel);
      timer = Optional.empty();
      table.remove(connection);
      room.giveBack(SOCKETS);
      part.count--;
      if (part.count == 0) {
        parts.remove(client);
      }
    }

    /** Both tasks have been told, and close their ends; who does not is not waited for. */
    void endSoon() {
      relay.freeze();
      endAfter(CONFIRM_NANOS);
    }

    void endAfter(long nanos) {
      timer.ifPresent(EventLoop.Timer::cancel);
      timer = Optional.of(loop.after(nanos, relay::end));
    }

    LinkList.Entry entry() {
      return new LinkList.Entry(
          connection,
          client.number(),
          client.label(),
          service.map(RunningTask::number).orElse(0L),
          service.map(RunningTask::label).orElse(""),
          0,
          System.nanoTime() - made,
          state,
          relay.from(ConnectionSide.CLIENT),
          relay.from(ConnectionSide.SERVICE));
    }
  }

  /**
   * @param room that the kernel's sockets take up
   * @param links tell who knows what a revocation is
   */
  public Relays(EventLoop loop, Closer closer, DescriptorRoom room, Links links, KernelLog log) {
    this.loop = loop;
    this.closer = closer;
    this.room = room;
    this.links = links;
    this.log = log;
    this.buffer = new ReceivedMessage(Relay.LONGEST, closer::close);
  }

  /** Who hears of broken protocol; before the first connection. */
  public void whenViolated(Violations action) {
    violations = action;
  }

  /** Who hears of calls that a right does not allow; before the first connection. */
  public void whenRefused(Refusals action) {
    refusals = action;
  }

  /** Whether the connection is relayed. */
  public boolean has(long connection) {
    return table.containsKey(connection);
  }

  /** How many there are. */
  public int count() {
    return table.size();
  }

  /** Why the client gets no further one; empty when it may have one. */
  public Optional<String> refusal(RunningTask client) {
    Part part = parts.get(client);
    int held = part == null ? 0 : part.count;
    if (held >= MAX_PER_CLIENT) {
      return Optional.of(
          "%s has %d relayed connections, the most there may be: %s"
              .formatted(client, held, mostOf(client)));
    }
    return SOCKETS * (held + 1) > room.share()
        ? Optional.of(
            "%s has %d relayed connections, and all tasks together left no room for another: %s"
                .formatted(client, held, most()))
        : Optional.empty();
  }

  /** With whom a client has most. */
  private String mostOf(RunningTask client) {
    return greatest(relayed -> relayed.client == client, relayed -> relayed.service.orElse(client))
        .map(most -> "%d of them with %s".formatted(most.getValue(), most.getKey()))
        .orElse("none is open");
  }

  /** Who has most of all. */
  private String most() {
    return greatest(_ -> true, relayed -> relayed.client)
        .map(most -> "%s has %d".formatted(most.getKey(), most.getValue()))
        .orElse("none is open");
  }

  private Optional<Map.Entry<RunningTask, Long>> greatest(
      Predicate<Relayed> which, Function<Relayed, RunningTask> whose) {
    return table.values().stream()
        .filter(which)
        .collect(Collectors.groupingBy(whose, LinkedHashMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .max(Map.Entry.comparingByValue());
  }

  /**
   * Carries a connection of this client, which may have one.
   *
   * @param kernels the kernel's sockets; taken over, also when this fails
   * @param methods of the service that the client may call
   */
  public void add(
      RunningTask client, long connection, UnixSocket.Pair kernels, IntPredicate methods)
      throws LinuxException {
    Part part = parts.getOrDefault(client, new Part());
    Relayed relayed = new Relayed(connection, client, part, kernels, methods);
    parts.put(client, part);
    part.count++;
    room.take(SOCKETS);
    table.put(connection, relayed);
  }

  /** The service's end went to this task. */
  public void delivered(long connection, RunningTask service) {
    find(connection).ifPresent(relayed -> relayed.service = Optional.of(service));
  }

  private Optional<Relayed> find(long connection) {
    return Optional.ofNullable(table.get(connection));
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      loop.after(0, this::takeTurns);
    }
  }

  /** One relay of each client that has some ready. */
  private void takeTurns() {
    scheduled = false;
    for (Part part : List.copyOf(waiting)) {
      Relayed next = part.ready.remove();
      next.waits = false;
      if (part.ready.isEmpty()) {
        waiting.remove(part);
      }
      turn(next);
    }
    if (!waiting.isEmpty()) {
      schedule();
    }
  }

  /** A fault in it costs this connection its life, and nobody else anything. */
  private void turn(Relayed relayed) {
    try {
      relayed.relay.turn();
    } catch (RuntimeException fault) {
      log.event(
          Optional.of(relayed.client.task().id()),
          LogEvent.of("relay.fault").with("connection", relayed.connection).with("why", fault));
      relayed.relay.end();
    }
  }

  /** The client is done with it. Who does not take what it has sent has five seconds. */
  public void closed(long connection) {
    find(connection)
        .filter(relayed -> relayed.state == LinkList.State.RELAYED)
        .ifPresent(relayed -> {
          relayed.state = LinkList.State.CLOSING;
          relayed.relay.finish();
          relayed.endAfter(GIVE_UP_NANOS);
        });
  }

  /** It came to nothing: nobody has its sockets. */
  public void drop(long connection) {
    find(connection).ifPresent(relayed -> relayed.relay.end());
  }

  /**
   * Ends a connection: nothing passes any more. The kernel holds the sockets, so nobody's consent
   * is needed; the tasks have 100 ms to hear why before they see the end.
   *
   * @param tell tells them; not called if there is none to end
   * @return whether there was one
   */
  public boolean sever(long connection, Runnable tell) {
    Optional<Relayed> found =
        find(connection).filter(relayed -> relayed.state != LinkList.State.REVOKED);
    found.ifPresent(relayed -> {
      relayed.state = LinkList.State.REVOKED;
      relayed.relay.freeze();
      tell.run();
      relayed.endSoon();
    });
    return found.isPresent();
  }

  /**
   * Revokes a connection, as {@link Links#revoke(long, String)} does with those that have links.
   *
   * @return whether there was one to revoke
   */
  public boolean revoke(long connection, String why) {
    return sever(connection, () -> tellRevoked(connection, why));
  }

  private void tellRevoked(long connection, String why) {
    Relayed relayed = find(connection).orElseThrow();
    log.event(
        Optional.of(relayed.client.task().id()),
        LogEvent.of("link.revoked").with("connection", connection).with("why", why));
    byte[] body = new WireWriter().i64(connection).toBytes();
    Set<RunningTask> ends = new LinkedHashSet<>(List.of(relayed.client));
    relayed.service.ifPresent(ends::add);
    ends.stream()
        .filter(links::areKnownTo)
        .forEach(end -> end.event(KernelOperation.LINK_REVOKED, body));
  }

  /** The relayed connections behind this one. */
  public LinkList list(long after) {
    List<LinkList.Entry> some =
        table.tailMap(after, false).values().stream()
            .limit(LinkList.MOST)
            .map(Relayed::entry)
            .toList();
    boolean more = !some.isEmpty() && table.higherKey(some.getLast().connection()) != null;
    return new LinkList(some, more);
  }
}
