// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.id.InstanceId;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.LinkList;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.Route;
import org.portunus.kernel.custody.Closer;
import org.portunus.kernel.custody.DescriptorRoom;
import org.portunus.kernel.custody.Sealer;
import org.portunus.kernel.entry.Connections;
import org.portunus.kernel.entry.Entry;
import org.portunus.kernel.entry.Greeter;
import org.portunus.kernel.entry.LastServed;
import org.portunus.kernel.entry.MemoryEntries;
import org.portunus.kernel.entry.Tickets;
import org.portunus.kernel.link.Links;
import org.portunus.kernel.link.Relays;
import org.portunus.kernel.loop.EventLoop;
import org.portunus.kernel.object.CarriedRight;
import org.portunus.kernel.object.Counts;
import org.portunus.kernel.object.Custody;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.Outcome;
import org.portunus.kernel.object.Pool;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.object.Received;
import org.portunus.kernel.object.Recount;
import org.portunus.kernel.object.Space;
import org.portunus.kernel.object.SpaceEntry;
import org.portunus.kernel.session.Session;
import org.portunus.kernel.task.AotCaches;
import org.portunus.kernel.task.KernelLog;
import org.portunus.kernel.task.Launcher;
import org.portunus.kernel.task.RunningTask;
import org.portunus.kernel.task.Sandboxes;
import org.portunus.kernel.task.TaskMessages;
import org.portunus.kernel.task.Tasks;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Readiness;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.file.Pipe;
import org.portunus.linux.process.ExitRecord;
import org.portunus.linux.process.ThisProcess;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.security.sandbox.SandboxHost;
import org.portunus.security.sandbox.machine.KernelVersion;

/**
 * The kernel's loop, objects and entry on a thread of this JVM, with tasks over real socketpairs.
 * The first task gets the receive right of the bootstrap port, so that the others can reach it.
 */
public final class TestKernel implements Tasks.Listener, Greeter.Bootstrap, AutoCloseable {
  /** The same on every machine, however many files a process may open there. */
  private static final int ROOM = 1024;

  private static final int PATIENCE_MILLIS = 30_000;

  private final EventLoop loop = new EventLoop();
  private final Closer closer = new Closer();
  private final ReceivedMessage incoming =
      new ReceivedMessage(KernelFrame.HEAD + KernelFrame.MAX_BODY + 1, closer::close);
  private final DescriptorRoom room;
  private final Pipe log = Pipe.create();
  private final Ipc ipc;
  private final Connections connections;
  private final Links links;
  private final Relays relays;
  private final DescriptorRoom relayRoom;
  private final Tickets tickets;
  private final MemoryEntries entries;
  private final Entry.Kernel shared;
  private final Tasks tasks;
  private final CarriedRight bootstrapSend;
  private final Port hostPort;
  private final Thread thread;
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final List<RuntimeException> faults = new CopyOnWriteArrayList<>();
  private final StringBuilder logged = new StringBuilder();
  private Optional<CarriedRight> bootstrapReceive;
  private final AtomicLong logNanos = new AtomicLong();
  private int sessions;

  public TestKernel() throws LinuxException {
    this(Pool.STANDARD);
  }

  public TestKernel(Pool pool) throws LinuxException {
    this(pool, new DescriptorRoom(ROOM));
  }

  public TestKernel(Pool pool, DescriptorRoom room) throws LinuxException {
    this(pool, room, Tickets.EXPIRY);
  }

  /** One whose tickets expire after this time. */
  public TestKernel(Duration expiry) throws LinuxException {
    this(Pool.STANDARD, new DescriptorRoom(ROOM), expiry);
  }

  private TestKernel(Pool pool, DescriptorRoom room, Duration expiry) throws LinuxException {
    this.room = room;
    this.relayRoom = new DescriptorRoom(ROOM);
    AuditToken self =
        new AuditToken(
            0, 0, 0, 0, 0, 1, 0, 0, 0, CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]));
    ipc = new Ipc(self, pool);
    KernelLog kernelLog = new KernelLog(log.writer(), 1, logNanos::get);
    links = new Links(loop, ipc, closer, room, kernelLog, 1L << 30);
    relays = new Relays(loop, closer, relayRoom, links, kernelLog);
    connections = new Connections(loop, closer, room, links, relays);
    relays.whenViolated((connection, by, other, what) -> {
      connections.end(connection, ErrorCode.PROTOCOL, what);
      violations.add(connection + " by " + by + " other " + other + ": " + what);
    });
    relays.whenRefused(
        (connection, what) -> connections.end(connection, ErrorCode.RIGHT_DIMINISHED, what));
    ipc.keepTime(System::nanoTime, (nanos, action) -> loop.after(nanos, action)::cancel);
    tickets =
        new Tickets(
            loop,
            ipc,
            connections,
            closer,
            room,
            (connection, by, other, what) ->
                violations.add(connection + " by " + by + " other " + other + ": " + what),
            expiry);
    hostPort = ipc.createKernelPort((port, message) -> {});
    CarriedRight receive = ipc.createPort();
    bootstrapSend = receive.port().orElseThrow().makeSend();
    bootstrapReceive = Optional.of(receive);
    Launcher launcher = new Launcher(loop);
    Path root = Path.of("/");
    SandboxHost host =
        new SandboxHost(root, root, root, List.of(), List.of(), KernelVersion.parse("6.1.0"), 1);
    Sandboxes sandboxes =
        new Sandboxes(
            loop, launcher, host, host, Optional.empty(), Optional.empty(), AotCaches.none());
    tasks = new Tasks(loop, ipc, closer, launcher, sandboxes, kernelLog, this, 1);
    ObjectEvents events = new ObjectEvents(kernelLog, tasks, logNanos::get);
    events.listenTo(ipc);
    ipc.listenToImportance(events);
    Sealer sealer = new Sealer(loop);
    entries = new MemoryEntries(ipc, closer, room, sealer);
    shared =
        new Entry.Kernel(
            loop,
            ipc,
            connections,
            links,
            relays,
            tickets,
            closer,
            room,
            sealer,
            new Greeter(new InstanceId(1, 2), hostPort, this, links, 0),
            tasks,
            new LastServed(),
            entries);
    ipc.serveTasks(new TaskMessages(loop, ipc, tasks, kernelLog, self, bootstrapSend::copySend));
    thread = new Thread(this::run, "test-kernel");
    thread.start();
  }

  private void run() {
    try {
      loop.run();
    } catch (LinuxException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** A new task, before its hello. */
  public Peer silentPeer() throws LinuxException {
    return new Peer(silentSocket());
  }

  /** The task's end of the kernel socket of a new task. */
  public Descriptor silentSocket() throws LinuxException {
    UnixSocket.Pair pair = UnixSocket.pair();
    UnixSocket.passCredentials(pair.first());
    onLoop(() -> {
      try {
        tasks.admit(
            pair.first(),
            new Tasks.Outsider(
                ThisProcess.uid(), ThisProcess.gid(), ++sessions, ThisProcess.pid()));
        return true;
      } catch (LinuxException failure) {
        throw new IllegalStateException(failure);
      }
    });
    return pair.second();
  }

  /** A new task that has said hello. */
  public Peer peer() throws LinuxException {
    Peer peer = silentPeer();
    peer.hello();
    return peer;
  }

  /** The same of a task that knows links. */
  public Peer linkPeer() throws LinuxException {
    Peer peer = silentPeer();
    peer.helloWithLinks();
    return peer;
  }

  /** What the objects hold. */
  public Counts counts() {
    return onLoop(ipc::counts);
  }

  /** Timers that wait. */
  public int timers() {
    return onLoop(loop::waitingTimers);
  }

  /** Connections that were ended for a violation, and why. */
  public List<String> violations() {
    return violations;
  }

  /** Rights that wait for whoever has their tickets. */
  public int waitingRights() {
    return onLoop(tickets::waiting);
  }

  /** Connections that the kernel knows. */
  public int connections() {
    return onLoop(connections::count);
  }

  /** Links that the kernel knows. */
  public int links() {
    return onLoop(links::count);
  }

  /** Connections that the kernel carries. */
  public int relayed() {
    return onLoop(relays::count);
  }

  /** Sockets that it has for them. */
  public int relaySockets() {
    return onLoop(relayRoom::used);
  }

  /** What the kernel says of its links. */
  public LinkList linkList() {
    return onLoop(() -> LinkList.merged(links.list(0), relays.list(0)));
  }

  /** Revokes a link, as the host port does. */
  public boolean revoke(long connection) {
    return onLoop(
        () -> links.revoke(connection, "by the test") || relays.revoke(connection, "by the test"));
  }

  /** Has the connections to the bootstrap port carried this way, as the host port does. */
  public int carry(Route route) {
    return onLoop(() -> connections.carry(bootstrapSend.port().orElseThrow(), route));
  }

  /** Descriptors that the kernel holds for tasks which have not taken them. */
  public int waitingDescriptors() {
    return onLoop(room::used);
  }

  /** Tasks that live. */
  public int tasks() {
    return onLoop(() -> tasks.all().size());
  }

  /** Does something on the loop's thread, and waits for it. */
  public <T> T onLoop(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.post(() -> {
      try {
        answer.complete(question.get());
      } catch (RuntimeException fault) {
        answer.completeExceptionally(fault);
      }
    });
    return answer.orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  /** Lets time pass for what the log counts. */
  public void passLogTime(Duration time) {
    logNanos.addAndGet(time.toNanos());
  }

  /** What the log has so far, read to a line with this text. */
  public String logUntil(String text) throws LinuxException {
    awaitLog(text);
    return logged.toString();
  }

  /** Waits until the log has a line with this text. */
  public void awaitLog(String text) throws LinuxException {
    while (logged.indexOf(text) < 0) {
      if (Readiness.await(log.reader(), Readiness.READABLE, PATIENCE_MILLIS) == 0) {
        throw new AssertionError("no line with \"" + text + "\" in:\n" + logged);
      }
      logged.append(new String(log.reader().readFully(1), java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  @Override
  public Session open(RunningTask task, Descriptor kernelEnd, int uid) throws LinuxException {
    Entry entry = new Entry(shared, task);
    Session session = new Session(loop, kernelEnd, uid, incoming, closer, room, watched(entry));
    entry.attach(session);
    return session;
  }

  /** The entry, with an eye on why sockets end. */
  private Session.Receiver watched(Entry entry) {
    return new Session.Receiver() {
      @Override
      public void received(Session session, KernelFrame frame, ReceivedMessage message)
          throws MalformedFrameException {
        try {
          entry.received(session, frame, message);
        } catch (RuntimeException fault) {
          faults.add(fault);
          throw fault;
        }
      }

      @Override
      public void ended(Session session, String reason) {
        if (reason.startsWith("fault of the kernel")) {
          faults.add(new IllegalStateException(reason));
        }
        entry.ended(session, reason);
      }
    };
  }

  /** Exceptions of the kernel's own that cost a task its socket. */
  public List<RuntimeException> faults() {
    return faults;
  }

  /** What the holder of the bootstrap port has there is taken and thrown away, with its rights. */
  public void emptyBootstrap() {
    boolean _ =
        onLoop(() -> {
          Port port = bootstrapSend.port().orElseThrow();
          Space holder = port.receivingTask().orElseThrow().space();
          Set<Integer> before = names(holder);
          int receive =
              before.stream()
                  .filter(name -> holder.receiveRightPort(name).value().orElse(null) == port)
                  .findFirst()
                  .orElseThrow();
          Outcome<Received> got = holder.poll(receive);
          while (got.result() == KernReturn.SUCCESS) {
            got.orElseThrow().custody().forEach(Custody::release);
            got = holder.poll(receive);
          }
          Set<Integer> since = names(holder);
          since.removeAll(before);
          since.forEach(holder::destroy);
          return true;
        });
  }

  private static Set<Integer> names(Space space) {
    return space.entries().stream().map(SpaceEntry::name).collect(Collectors.toSet());
  }

  /** How many memory entries there are. */
  public int memoryEntries() {
    return onLoop(entries::count);
  }

  /** Counts all objects anew, as long as no tickets and links hold any; fails with a sentence. */
  public void recount() {
    boolean _ =
        onLoop(() -> {
          if (links.count() == 0 && tickets.waiting() == 0 && entries.count() == 0) {
            List<CarriedRight> held = new ArrayList<>(List.of(bootstrapSend));
            bootstrapReceive.ifPresent(held::add);
            Recount.check(ipc, List.of(hostPort), held);
          }
          return true;
        });
  }

  @Override
  public Greeter.FirstNames namesFor(RunningTask task) {
    int receive =
        bootstrapReceive.map(right -> task.task().space().insert(right).orElseThrow()).orElse(0);
    bootstrapReceive = Optional.empty();
    int send = task.task().space().insert(bootstrapSend.copySend()).orElseThrow();
    return new Greeter.FirstNames(send, receive);
  }

  @Override
  public void spareReady(RunningTask task) {}

  @Override
  public void launchdReady() {}

  @Override
  public void leaving(RunningTask task) {
    connections.ended(task);
    links.ended(task);
  }

  @Override
  public void ended(RunningTask task, Optional<ExitRecord> exit) {}

  @Override
  public void close() {
    loop.stop();
    try {
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw new AssertionError("the loop did not stop");
    }
  }
}
