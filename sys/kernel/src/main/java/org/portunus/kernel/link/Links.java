// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.link;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.link.LinkLayout;
import org.portunus.abi.link.SeverLayout;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.wire.KernelOperation;
import org.portunus.abi.wire.LinkList;
import org.portunus.abi.wire.LinkMessage;
import org.portunus.abi.wire.WireWriter;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.object.Custody;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.KernelMessage;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.task.KernelLog;
import org.portunus.kernel.task.RunningTask;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;

/**
 * Every link: whose it is, which ends are still in use, and how it ends.
 *
 * <pre>
 *   OFFERED --the service takes its end--> DIRECT --an end is given up--> CLOSING --the other too--> gone
 *      |                                     |                               |
 *      |                                     |   the client's went first, and 5 s are over
 *      +------------- revoked, moved --------+-------------------------------+
 *                        |
 *                     REVOKED --each end confirms--> gone
 *                        +--100 ms; moved: 1 s--> the task of an end that has not is ended
 * </pre>
 *
 * <p>Invariants: a link is in the table until both of its ends have been given up, by the task's
 * word or its end; the kernel holds the memory's descriptor only while the link is OFFERED; the
 * port lives while the client has its end and the link is not revoked. Lock: none; the loop.
 */
public final class Links {
  /** Most links whose service has not taken its end, of one client. */
  public static final int MAX_OFFERED = 64;

  /** Bytes of each ring. */
  static final int CAPACITY = LinkLayout.MIN_CAPACITY;

  /** Most bytes of links of one task that is no service, which has half its memory at most. */
  static final long MAX_BYTES = 1L << 30;

  private static final long NO_CONNECTION = 0;
  private static final long GIVE_UP_NANOS = 5_000_000_000L;

  private final EventLoop loop;
  private final Ipc ipc;
  private final Closer closer;
  private final DescriptorRoom room;
  private final KernelLog log;
  private final long launchdBytes;
  private final Map<RunningTask, TaskPart> parts = new HashMap<>();
  private final TreeMap<Long, Link> table = new TreeMap<>();

  /** Why the kernel ends a link: what the log and the epochs say, and how soon ends confirm it. */
  private enum Ending {
    REVOKED("link.revoked", 100_000_000),
    /** Nobody is suspected, so a machine that is busy may take longer. */
    MOVED("link.moved", 1_000_000_000);

    private final String event;
    private final long confirmNanos;

    Ending(String event, long confirmNanos) {
      this.event = event;
      this.confirmNanos = confirmNanos;
    }

    int sever(TaskWords words, TaskWords.Place place) {
      return switch (this) {
        case REVOKED -> words.sever(place);
        case MOVED -> words.move(place);
      };
    }
  }

  /** A task that knows links. */
  private static final class TaskPart {
    final TaskWords words;
    final Set<Link> links = new LinkedHashSet<>();
    // Of its links as a client, and of those that it serves: it touches both.
    long bytes;
    long served;
    int offered;

    TaskPart(TaskWords words) {
      this.words = words;
    }
  }

  /** One end, from when the task gets it. */
  private static final class End {
    final RunningTask task;
    final TaskPart part;
    final TaskWords.Place place;
    boolean open = true;

    End(RunningTask task, TaskPart part, TaskWords.Place place) {
      this.task = task;
      this.part = part;
      this.place = place;
    }
  }

  private static final class Link {
    final long connection;
    final End client;
    final long made = System.nanoTime();
    Optional<End> service = Optional.empty();
    Optional<MemoryFile> memory;
    Optional<Port> port = Optional.empty();
    Optional<EventLoop.Timer> timer = Optional.empty();
    boolean revoked;

    Link(long connection, End client, MemoryFile memory) {
      this.connection = connection;
      this.client = client;
      this.memory = Optional.of(memory);
    }

    List<End> openEnds() {
      List<End> ends = new ArrayList<>();
      if (client.open) {
        ends.add(client);
      }
      service.filter(end -> end.open).ifPresent(ends::add);
      return ends;
    }

    LinkList.State state() {
      if (revoked) {
        return LinkList.State.REVOKED;
      }
      if (!client.open || service.filter(end -> !end.open).isPresent()) {
        return LinkList.State.CLOSING;
      }
      return service.isPresent() ? LinkList.State.DIRECT : LinkList.State.OFFERED;
    }
  }

  /**
   * One end, for its task.
   *
   * @param memory the receiver's
   * @param right name of the client's send right to the link's port; 0 for the service
   */
  public record Grant(Descriptor memory, TaskWords.Place place, int capacity, int right) {
    /** As it travels: i32 place, i32 epoch, i32 capacity, i32 right. */
    public void write(WireWriter out) {
      out.i32(place.index()).i32(place.epoch()).i32(capacity).i32(right);
    }
  }

  /**
   * @param room that memory which waits for its service takes up
   * @param launchdBytes most bytes of launchd's links; other tasks have half of their memory
   */
  public Links(
      EventLoop loop,
      Ipc ipc,
      Closer closer,
      DescriptorRoom room,
      KernelLog log,
      long launchdBytes) {
    this.launchdBytes = launchdBytes;
    this.loop = loop;
    this.ipc = ipc;
    this.closer = closer;
    this.room = room;
    this.log = log;
  }

  /**
   * A task said that it knows links: its sever words, for it; and for a spare, which may make no
   * memory, that of a link to itself, to rehearse with.
   */
  public List<Descriptor> greet(RunningTask task) throws LinuxException {
    List<Descriptor> memory = new ArrayList<>();
    if (task.kind() == RunningTask.Kind.SPARE) {
      memory.add(LinkMaker.make(NO_CONNECTION, LinkLayout.MIN_CAPACITY).descriptor());
    }
    TaskWords words = TaskWords.create();
    parts.put(task, new TaskPart(words));
    memory.addFirst(words.handOver());
    return memory;
  }

  private TaskPart part(RunningTask task) {
    TaskPart part = parts.get(task);
    if (part == null) {
      throw new IllegalStateException(task + " knows no links");
    }
    return part;
  }

  /** Whether the task knows links. */
  public boolean areKnownTo(RunningTask task) {
    return parts.containsKey(task);
  }

  /** Whether the connection has a link. */
  public boolean has(long connection) {
    return table.containsKey(connection);
  }

  /** How many there are. */
  public int count() {
    return table.size();
  }

  /**
   * A link for a connection of this client, which pays for its memory.
   *
   * @throws PortunusException LIMIT_CONNECTIONS, LIMIT_MEMORY, LIMIT_PORTS
   */
  public Grant make(RunningTask client, long connection) throws LinuxException {
    TaskPart part = part(client);
    long size = LinkLayout.size(CAPACITY);
    requireRoom(client, part, size);
    MemoryFile memory = LinkMaker.make(connection, CAPACITY);
    boolean good = false;
    try {
      Grant grant = make(client, part, connection, memory);
      good = true;
      return grant;
    } finally {
      if (!good) {
        memory.close();
      }
    }
  }

  private Grant make(RunningTask client, TaskPart part, long connection, MemoryFile memory)
      throws LinuxException {
    Port port = ipc.createKernelPort((_, message) -> received(connection, message));
    Outcome<Integer> right = client.task().space().grantSend(port);
    Optional<TaskWords.Place> place = Optional.empty();
    Optional<Descriptor> copy = Optional.empty();
    try {
      if (right.value().isEmpty()) {
        throw new PortunusException(
            ErrorCode.LIMIT_PORTS, client + " has no room for the name of a link's port");
      }
      place = part.words.open();
      if (place.isEmpty()) {
        throw new PortunusException(ErrorCode.LIMIT_CONNECTIONS, noPlace(client));
      }
      copy = Optional.of(memory.descriptor().duplicate());
    } finally {
      if (copy.isEmpty()) {
        place.ifPresent(part.words::free);
        ipc.destroyKernelPort(port);
      }
    }
    Link link = new Link(connection, new End(client, part, place.orElseThrow()), memory);
    link.port = Optional.of(port);
    client.custody(room).take(1);
    part.offered++;
    part.bytes += LinkLayout.size(CAPACITY);
    table.put(connection, link);
    part.links.add(link);
    return new Grant(copy.get(), link.client.place, CAPACITY, right.value().get());
  }

  private void requireRoom(RunningTask client, TaskPart part, long size) {
    DescriptorRoom own = client.custody(room);
    if (part.offered >= MAX_OFFERED || !own.mayGrow(1)) {
      throw new PortunusException(
          ErrorCode.LIMIT_CONNECTIONS,
          "%d links of %s wait for their service, at most %d, and %s"
              .formatted(part.offered, client, MAX_OFFERED, own.full()));
    }
    requireMemory(client, part.bytes + size);
  }

  private void requireMemory(RunningTask task, long needed) {
    long most = mostBytes(task);
    if (needed > most) {
      throw new PortunusException(
          ErrorCode.LIMIT_MEMORY,
          "links of %s would take %d bytes, at most %d: %s"
              .formatted(task, needed, most, fullOf(task)));
    }
  }

  private long mostBytes(RunningTask task) {
    if (task.kind() == RunningTask.Kind.LAUNCHD) {
      return launchdBytes;
    }
    return task.launch()
        .map(launch -> ((long) launch.record().limits().memoryMiB() << 20) / 2)
        .filter(half -> half < MAX_BYTES)
        .orElse(MAX_BYTES);
  }

  private String noPlace(RunningTask task) {
    return "%s has %d links, the most there may be: %s"
        .formatted(task, SeverLayout.LINKS, fullOf(task));
  }

  /** Who fills the places of a task. */
  private String fullOf(RunningTask task) {
    Map<RunningTask, Long> held =
        part(task).links.stream()
            .map(link ->
                link.client.task.equals(task)
                    ? link.service.map(end -> end.task).orElse(task)
                    : link.client.task)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return held.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(most ->
            "%d of its %d links are with %s"
                .formatted(most.getValue(), part(task).links.size(), most.getKey()))
        .orElse("none is open");
  }

  /**
   * The service's end.
   *
   * @param isService whether the connection was delivered to this task
   * @throws PortunusException DENIED for whoever is not the service or asks twice, INVALID for a
   *     link that has ended, LIMIT_CONNECTIONS
   */
  public Grant open(RunningTask task, long connection, boolean isService) {
    Link link = table.get(connection);
    if (link != null && !link.revoked && (!isService || link.service.isPresent())) {
      throw refused(task, connection, isService ? "it asked before" : "it is not the service");
    }
    if (link == null || link.memory.isEmpty()) {
      throw new PortunusException(
          ErrorCode.INVALID, "connection " + connection + " has no link any more");
    }
    TaskPart part = parts.get(task);
    if (part == null) {
      throw refused(task, connection, "its hello knows no links");
    }
    requireMemory(task, part.served + LinkLayout.size(CAPACITY));
    TaskWords.Place place =
        part.words
            .open()
            .orElseThrow(() -> new PortunusException(ErrorCode.LIMIT_CONNECTIONS, noPlace(task)));
    part.served += LinkLayout.size(CAPACITY);
    link.service = Optional.of(new End(task, part, place));
    part.links.add(link);
    Descriptor memory = Descriptor.own(link.memory.get().descriptor().release());
    dropMemory(link);
    return new Grant(memory, place, CAPACITY, 0);
  }

  private PortunusException refused(RunningTask task, long connection, String why) {
    Optional<EventId> told =
        log.outsideEvent(
            task.task().token().euid(),
            Optional.of(task.task().id()),
            LogEvent.of("link.refused")
                .with("label", task.label())
                .with("connection", connection)
                .with("why", why));
    String text = "%s gets no link of connection %d: %s".formatted(task, connection, why);
    return new PortunusException(ErrorCode.DENIED, told.map(id -> id.behind(text)).orElse(text));
  }

  /** The kernel needs the memory no more. */
  private void dropMemory(Link link) {
    if (link.memory.isPresent()) {
      closer.close(link.memory.get().descriptor());
      link.memory = Optional.empty();
      link.client.task.custody(room).giveBack(1);
      link.client.part.offered--;
    }
  }

  private void dropPort(Link link) {
    link.port.ifPresent(ipc::destroyKernelPort);
    link.port = Optional.empty();
  }

  /** A task has unmapped its end. What is not its own changes nothing. */
  public void closed(RunningTask task, long connection) {
    Link link = table.get(connection);
    if (link == null) {
      return;
    }
    if (link.client.task.equals(task)) {
      giveUp(link, link.client);
    }
    link.service.filter(end -> end.task.equals(task)).ifPresent(end -> giveUp(link, end));
  }

  private void giveUp(Link link, End end) {
    if (!end.open) {
      return;
    }
    end.open = false;
    end.part.words.free(end.place);
    if (end == link.client) {
      dropPort(link);
      dropMemory(link);
    } else {
      end.part.links.remove(link);
      end.part.served -= LinkLayout.size(CAPACITY);
    }
    List<End> left = link.openEnds();
    if (left.isEmpty()) {
      forget(link);
    } else if (!link.client.open && !link.revoked) {
      // Its memory is charged to the client.
      link.timer =
          Optional.of(
              loop.after(
                  GIVE_UP_NANOS, () -> revoke(link, "its client gave it up long ago", () -> {})));
    }
  }

  private void forget(Link link) {
    link.timer.ifPresent(EventLoop.Timer::cancel);
    dropPort(link);
    dropMemory(link);
    table.remove(link.connection);
    link.client.part.bytes -= LinkLayout.size(CAPACITY);
    link.client.part.links.remove(link);
  }

  /** Somebody used a right to the link's port. */
  private void received(long connection, KernelMessage message) {
    message.ports().forEach(ipc::release);
    message.custody().forEach(Custody::release);
    message.reply().ifPresent(ipc::release);
    if (message.id() == LinkMessage.REVOKE) {
      // The port ends with the link, so not while it is being sent to.
      loop.defer(() -> {
        boolean _ = revoke(connection, "by a right to it");
      });
    }
  }

  /**
   * Revokes a link: both ends are told, and have 100 ms to give it up.
   *
   * @return whether there was one to revoke
   */
  public boolean revoke(long connection, String why) {
    return revoke(connection, why, () -> {});
  }

  /**
   * The same with something to tell both ends before they hear of it.
   *
   * @param before runs once the link is severed; not at all if there is none to revoke
   */
  public boolean revoke(long connection, String why, Runnable before) {
    Link link = table.get(connection);
    if (link == null || link.revoked) {
      return false;
    }
    revoke(link, why, before);
    return true;
  }

  /**
   * Ends a link so that its client connects anew: as {@link #revoke(long, String)}, but calls in
   * flight are interrupted, the service is not lost to the client, and the ends have a second to
   * confirm.
   *
   * @return whether there was one to end
   */
  public boolean move(long connection, String why) {
    Link link = table.get(connection);
    if (link == null || link.revoked) {
      return false;
    }
    end(link, Ending.MOVED, why, () -> {});
    return true;
  }

  private void revoke(Link link, String why, Runnable before) {
    end(link, Ending.REVOKED, why, before);
  }

  private void end(Link link, Ending ending, String why, Runnable before) {
    link.revoked = true;
    link.timer.ifPresent(EventLoop.Timer::cancel);
    EventId ended =
        log.event(
            Optional.of(link.client.task.task().id()),
            LogEvent.of(ending.event).with("connection", link.connection).with("why", why));
    byte[] body = new WireWriter().i64(link.connection).toBytes();
    link.timer =
        Optional.of(loop.after(ending.confirmNanos, () -> unconfirmed(link, ending, ended)));
    List<End> ends = link.openEnds();
    for (End end : ends) {
      int _ = ending.sever(end.part.words, end.place);
    }
    // Only then: who hears of it may close its socket, and the other end is to see why.
    before.run();
    ends.forEach(end -> end.task.event(KernelOperation.LINK_REVOKED, body));
    dropPort(link);
    dropMemory(link);
  }

  private void unconfirmed(Link link, Ending ending, EventId ended) {
    for (End end : link.openEnds()) {
      String why =
          "%s: the link of connection %d was %s, and its memory not given up within %d ms"
              .formatted(
                  ErrorCode.LINK_UNCONFIRMED.dotted(),
                  link.connection,
                  ending.name().toLowerCase(Locale.ROOT),
                  ending.confirmNanos / 1_000_000);
      EventId told =
          log.event(
              Optional.of(end.task.task().id()),
              LogEvent.of(ErrorCode.LINK_UNCONFIRMED.dotted())
                  .because(Optional.of(ended))
                  .with("label", end.task.label())
                  .with("connection", link.connection));
      // launchd is no less trusted than the kernel task, and its end is the instance's.
      if (end.task.kind() != RunningTask.Kind.LAUNCHD) {
        end.task.kill(why, Optional.of(told));
      }
    }
  }

  /** A task has ended, and with it its mappings. */
  public void ended(RunningTask task) {
    TaskPart part = parts.get(task);
    if (part == null) {
      return;
    }
    List.copyOf(part.links).forEach(link -> closed(task, link.connection));
    parts.remove(task);
    part.words.close();
  }

  /** The links of connections behind this one. */
  public LinkList list(long after) {
    List<LinkList.Entry> some =
        table.tailMap(after, false).values().stream()
            .limit(LinkList.MOST)
            .map(Links::entry)
            .toList();
    boolean more = !some.isEmpty() && table.higherKey(some.getLast().connection()) != null;
    return new LinkList(some, more);
  }

  private static LinkList.Entry entry(Link link) {
    return new LinkList.Entry(
        link.connection,
        link.client.task.number(),
        link.client.task.label(),
        link.service.map(end -> end.task.number()).orElse(0L),
        link.service.map(end -> end.task.label()).orElse(""),
        CAPACITY,
        System.nanoTime() - link.made,
        link.state(),
        LinkList.Traffic.NONE,
        LinkList.Traffic.NONE);
  }
}
