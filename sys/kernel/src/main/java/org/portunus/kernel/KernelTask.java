// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.id.InstanceId;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.identity.CodeIdentity;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.mach.KernReturn;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.AuditToken;
import org.portunus.abi.wire.KernelFrame;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.TaskExit;
import org.portunus.kernel.broker.CrashDelivery;
import org.portunus.kernel.broker.PeerAnnouncement;
import org.portunus.kernel.broker.PeerAnswer;
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
import org.portunus.kernel.object.Estate;
import org.portunus.kernel.object.Ipc;
import org.portunus.kernel.object.Pool;
import org.portunus.kernel.object.Port;
import org.portunus.kernel.session.Session;
import org.portunus.kernel.task.AotCaches;
import org.portunus.kernel.task.Ending;
import org.portunus.kernel.task.KernelLog;
import org.portunus.kernel.task.Launcher;
import org.portunus.kernel.task.Loads;
import org.portunus.kernel.task.RunningTask;
import org.portunus.kernel.task.Sandboxes;
import org.portunus.kernel.task.TaskMessages;
import org.portunus.kernel.task.TaskOutput;
import org.portunus.kernel.task.Tasks;
import org.portunus.linux.call.Errno;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.event.Epoll;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.process.ExitRecord;
import org.portunus.linux.process.ThisProcess;
import org.portunus.linux.socket.ReceivedMessage;
import org.portunus.linux.socket.SeqpacketChannel;
import org.portunus.linux.socket.WaitMode;
import org.portunus.security.sandbox.LaunchRequest;
import org.portunus.security.sandbox.SandboxHost;
import org.portunus.security.sandbox.limits.CgroupTree;
import org.portunus.security.sandbox.limits.UidLease;
import org.portunus.security.sandbox.limits.UidRange;

/**
 * Main of the kernel task. Arguments: instance id; FIRST:SIZE of its uids, or {@code none}; the
 * most spares at once; its control groups as {@link CgroupTree#parse} reads them, or {@code none}.
 * Descriptor 3 is the channel to the broker, 2 the instance's log.
 *
 * <p>It ends when the broker does, or launchd too often ({@link LaunchdDeaths}), and Linux then
 * ends everything in its namespaces. What launchd leaves goes to the next one.
 */
public final class KernelTask implements Tasks.Listener, Greeter.Bootstrap {
  private static final int CHANNEL = 3;
  private static final int LOG = 2;
  private static final String BOOTSTRAP = "kernel/bootstrap";
  private static final Path BUBBLEWRAP = Path.of("/usr/bin/bwrap");
  private static final Path JDK = Path.of("/portunus/jdk");
  private static final Path SYSTEM = Path.of("/portunus/system");
  private static final Path JOBS = Path.of("/portunus/jobs");
  private static final Path BUNDLES = Path.of("/portunus/bundles");
  private static final LaunchRecord.Limits LAUNCHD_LIMITS =
      new LaunchRecord.Limits(64, 512, 128, Integer.MAX_VALUE, 4096, Integer.MAX_VALUE, 5000);

  private final EventLoop loop;
  private final SeqpacketChannel broker;
  private final KernelLog log;
  private final Entry.Kernel shared;
  private final HostPort hostPort;
  private final Tasks tasks;
  private final Closer closer = new Closer();
  private final DescriptorRoom room = DescriptorRoom.ofThisProcess();
  private final ReceivedMessage incoming =
      new ReceivedMessage(KernelFrame.HEAD + KernelFrame.MAX_BODY + 1, closer::close);
  private Optional<CarriedRight> bootstrapReceive;
  private final CarriedRight bootstrapSend;
  private final Estate estate;
  private final Inheritances inheritances;
  private final LaunchdDeaths launchdDeaths = new LaunchdDeaths(System::nanoTime);
  private Optional<EventId> lastDeath = Optional.empty();
  private int spares;
  private final int epoch;
  private int exitStatus;
  private boolean draining;

  private KernelTask(
      EventLoop loop, InstanceId instance, Launcher launcher, Sandboxes sandboxes, KernelLog log)
      throws LinuxException {
    this.loop = loop;
    this.broker = SeqpacketChannel.of(Descriptor.own(CHANNEL), PeerAnnouncement.MAX_BYTES);
    this.log = log;
    AuditToken self = self();
    Ipc ipc = new Ipc(self, Pool.STANDARD);
    long launchdLinks = ((long) LAUNCHD_LIMITS.memoryMiB() << 20) / 2;
    Links links = new Links(loop, ipc, closer, room, log, launchdLinks);
    DescriptorRoom relayed = DescriptorRoom.ofThisProcess(Relays.MAX_SOCKETS);
    Relays relays = new Relays(loop, closer, relayed, links, log);
    Connections connections = new Connections(loop, closer, room, links, relays);
    relays.whenViolated((connection, by, other, what) -> {
      String told = violated(connection, by, other, what).map(id -> id.behind(what)).orElse(what);
      connections.end(connection, ErrorCode.PROTOCOL, told);
    });
    relays.whenRefused(
        (connection, what) -> connections.end(connection, ErrorCode.RIGHT_DIMINISHED, what));
    ipc.keepTime(System::nanoTime, (nanos, action) -> loop.after(nanos, action)::cancel);
    LastServed lastServed = new LastServed();
    this.estate = new Estate(ipc);
    this.inheritances = new Inheritances(ipc, estate, this::tookOver);
    this.hostPort =
        new HostPort(
            ipc, self, connections, links, relays, lastServed, inheritances, this::keepCrash);
    Port host = ipc.createKernelPort(hostPort);
    CarriedRight receive = ipc.createPort();
    this.bootstrapSend = receive.port().orElseThrow().makeSend();
    this.bootstrapReceive = Optional.of(receive);
    keepBootstrap();
    this.epoch = instance.epoch();
    this.tasks = new Tasks(loop, ipc, closer, launcher, sandboxes, log, this, epoch);
    ObjectEvents events = new ObjectEvents(log, tasks, System::nanoTime);
    events.listenTo(ipc);
    ipc.listenToImportance((task, effective, by) -> {
      sandboxes.weigh(task.id().toString(), effective);
      events.changed(task, effective, by);
    });
    Sealer sealer = new Sealer(loop);
    this.shared =
        new Entry.Kernel(
            loop,
            ipc,
            connections,
            links,
            relays,
            new Tickets(loop, ipc, connections, closer, room, this::violated),
            closer,
            room,
            sealer,
            new Greeter(instance, host, this, links, sandboxes.features()),
            tasks,
            lastServed,
            new MemoryEntries(ipc, closer, room, sealer));
    hostPort.serve(tasks, new Loads(loop, launcher, tasks));
    ipc.serveTasks(new TaskMessages(loop, ipc, tasks, log, self, bootstrapSend::copySend));
  }

  public static void main(String[] arguments) throws IOException {
    ThisProcess.makeUndumpable();
    InstanceId instance = InstanceId.parse(arguments[0]);
    try (EventLoop loop = new EventLoop()) {
      Launcher launcher = new Launcher(loop);
      KernelLog log = new KernelLog(Descriptor.own(LOG), instance.epoch());
      AotCaches caches =
          AotCaches.verify(
              JDK, SYSTEM, launcher::examine, event -> log.event(Optional.empty(), event));
      Sandboxes sandboxes = sandboxes(loop, launcher, instance, arguments[1], arguments[3], caches);
      KernelTask kernel = new KernelTask(loop, instance, launcher, sandboxes, log);
      System.exit(kernel.run(Integer.parseInt(arguments[2])));
    }
  }

  private static Sandboxes sandboxes(
      EventLoop loop,
      Launcher launcher,
      InstanceId instance,
      String uids,
      String cgroups,
      AotCaches caches)
      throws IOException {
    Optional<UidLease> leases = Optional.empty();
    if (!uids.equals("none")) {
      String[] range = uids.split(":", 2);
      leases =
          Optional.of(
              new UidLease(new UidRange(Integer.parseInt(range[0]), Integer.parseInt(range[1]))));
    }
    Optional<CgroupTree> groups =
        cgroups.equals("none")
            ? Optional.empty()
            : Optional.of(CgroupTree.parse(instance.toString(), cgroups));
    return new Sandboxes(
        loop,
        launcher,
        SandboxHost.detect(BUBBLEWRAP, JDK, SYSTEM.resolve("task")),
        SandboxHost.detect(BUBBLEWRAP, JDK, SYSTEM.resolve("launchd")),
        leases,
        groups,
        caches);
  }

  private static AuditToken self() {
    int uid = ThisProcess.uid();
    int gid = ThisProcess.gid();
    CodeIdentity none = CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]);
    return new AuditToken(uid, uid, gid, uid, gid, ThisProcess.pid(), 0, 0, 0, none);
  }

  private void keepBootstrap() {
    KernReturn kept = estate.keep(BOOTSTRAP, bootstrapSend.copySend());
    if (kept != KernReturn.SUCCESS) {
      throw new IllegalStateException("the bootstrap port is not kept: " + kept);
    }
  }

  private int run(int mostSpares) throws LinuxException {
    spares = mostSpares;
    loop.watch(broker.descriptor(), Epoll.READABLE, events -> heardFromBroker());
    startLaunchd(
        log.event(Optional.empty(), LogEvent.of("instance.start").with("uid", ThisProcess.uid())));
    loop.run();
    return exitStatus;
  }

  private void startLaunchd(EventId cause) throws LinuxException {
    LaunchRecord record =
        new LaunchRecord(
            "launchd",
            "org.portunus.launchd",
            CodeIdentity.ofBytes(new byte[CodeIdentity.BYTES]),
            LAUNCHD_LIMITS,
            List.of(),
            List.of());
    List<LaunchRequest.FolderGrant> folders =
        List.of(
            new LaunchRequest.FolderGrant(JOBS, JOBS),
            new LaunchRequest.FolderGrant(BUNDLES, BUNDLES));
    tasks.startLaunchd(
        record,
        folders,
        new Tasks.Pair(
            Descriptor.duplicateRaw(LOG, CHANNEL + 1), Descriptor.duplicateRaw(LOG, CHANNEL + 1)),
        spares,
        cause);
  }

  private void heardFromBroker() {
    try (ReceivedMessage message = new ReceivedMessage(PeerAnnouncement.MAX_BYTES)) {
      int length = broker.receive(message, WaitMode.DONT_WAIT);
      if (length == 0 || Errno.ECONNRESET.is(length)) {
        end(0);
        return;
      }
      if (length == 1) {
        draining = true;
        endIfDrained();
        return;
      }
      PeerAnswer answer = PeerAnswer.ADMITTED;
      try {
        admit(message, length);
      } catch (PortunusException refusal) {
        answer = new PeerAnswer(refusal.code().number(), String.valueOf(refusal.getMessage()));
      }
      answer(answer.toBytes());
    }
  }

  /** Every announcement is answered, also one whose descriptor found no room here. */
  private void admit(ReceivedMessage message, int length) {
    if (length == SeqpacketChannel.CONTROL_TRUNCATED) {
      throw new PortunusException(
          ErrorCode.LIMIT_DESCRIPTORS, "the kernel task has no descriptor left for a program");
    }
    try {
      LinuxException.check("recvmsg from the broker", length);
      byte[] bytes = message.data().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      PeerAnnouncement peer = PeerAnnouncement.read(bytes);
      if (message.descriptorCount() != 1) {
        throw new MalformedFrameException(message.descriptorCount() + " descriptors for one peer");
      }
      tasks.admit(
          message.takeDescriptor(0),
          new Tasks.Outsider(peer.uid(), peer.gid(), peer.session(), peer.pid()));
    } catch (MalformedFrameException violation) {
      throw new PortunusException(ErrorCode.PROTOCOL, String.valueOf(violation.getMessage()));
    } catch (LinuxException failure) {
      throw new PortunusException(ErrorCode.SYSTEM_CALL, String.valueOf(failure.getMessage()));
    }
  }

  /** The broker reads all that it is told; one that does not is as good as gone. */
  private void answer(byte[] bytes) {
    int told = broker.send(bytes, 0, bytes.length, WaitMode.DONT_WAIT);
    if (told < 0) {
      end(1);
    }
  }

  /** The broker, which alone has a folder for it, keeps the report; it stays the caller's. */
  private void keepCrash(long number, Descriptor report) {
    TaskId task = new TaskId(epoch, number);
    byte[] bytes = CrashDelivery.of(task).toBytes();
    int[] file = {report.raw()};
    int sent = broker.send(bytes, 0, bytes.length, file, file.length, WaitMode.DONT_WAIT);
    if (sent < 0) {
      log.event(Optional.of(task), LogEvent.of("crash.lost").with("why", "broker: error " + -sent));
    }
  }

  private void end(int status) {
    exitStatus = status;
    loop.stop();
  }

  @Override
  public Session open(RunningTask task, Descriptor kernelEnd, int uid) throws LinuxException {
    Entry entry = new Entry(shared, task);
    DescriptorRoom own = task.custody(room);
    Session session = new Session(loop, kernelEnd, uid, incoming, closer, own, entry);
    entry.attach(session);
    return session;
  }

  @Override
  public void leaving(RunningTask task) {
    if (task.kind() == RunningTask.Kind.SERVICE) {
      shared.lastServed().leaving(task, shared.connections().servedBy(task));
    }
    shared.connections().ended(task);
    shared.links().ended(task);
    if (task.kind() == RunningTask.Kind.LAUNCHD) {
      inheritances.takeOver(task.task());
    }
  }

  private Optional<EventId> violated(
      long connection, RunningTask by, Optional<RunningTask> other, String what) {
    return log.outsideEvent(
        by.task().token().ruid(),
        Optional.of(by.task().id()),
        LogEvent.of("link.violation")
            .with("connection", connection)
            .with("by", by)
            .with("other", other.map(RunningTask::toString).orElse("nobody"))
            .with("what", what));
  }

  @Override
  public void launchdReady() {
    if (launchdDeaths.answers()) {
      answer(new byte[] {PeerAnnouncement.READY});
    }
  }

  private void tookOver(Inheritances.TakenOver what) {
    if (launchdDeaths.tookOver()) {
      log.event(
          Optional.empty(),
          LogEvent.of("launchd.took-over")
              .because(lastDeath)
              .with("ports", what.ports())
              .with("tasks", what.tasks())
              .with("ends", what.ends()));
    }
  }

  @Override
  public void spareReady(RunningTask task) {
    hostPort.spareReady(task.number());
  }

  @Override
  public void ended(RunningTask task, Optional<ExitRecord> exit) {
    if (task.kind() == RunningTask.Kind.OUTSIDE) {
      endIfDrained();
      return;
    }
    TaskExit end = describe(task, exit);
    TaskExit told =
        end.recorded(
            log.event(
                Optional.of(task.task().id()),
                LogEvent.of("task.end")
                    .because(task.because())
                    .with("label", task.label())
                    .with("code", end.exitCode())
                    .with("signal", end.signal())
                    .with("why", end.reason())));
    switch (task.kind()) {
      case SERVICE -> {
        inheritances.ended(task, told);
        hostPort.exited(told);
      }
      case SPARE -> {
        task.output().ifPresent(TaskOutput::close);
        hostPort.exited(told);
      }
      case LAUNCHD -> launchdEnded(told);
      case OUTSIDE -> {}
    }
    endIfDrained();
  }

  /** Jobs, ports and connections stay; the next launchd takes them over. */
  private void launchdEnded(TaskExit exit) {
    Optional<TaskId> launchd = Optional.of(new TaskId(epoch, exit.task()));
    LogEvent died = LogEvent.of("launchd.died").because(exit.event());
    switch (launchdDeaths.died()) {
      case LaunchdDeaths.Next.Never(String why) -> {
        log.event(launchd, died.with("next", "none: " + why));
        end(1);
      }
      case LaunchdDeaths.Next.After(Duration pause) -> {
        EventId death = log.event(launchd, died.with("next", "in " + pause.toMillis() + " ms"));
        takeBackBootstrap();
        endSpares(death);
        loop.after(pause.toNanos(), () -> startNextLaunchd(death));
      }
    }
  }

  private void takeBackBootstrap() {
    for (CarriedRight right : estate.claim(BOOTSTRAP)) {
      if (right.kind() == RightKind.RECEIVE) {
        bootstrapReceive = Optional.of(right);
      } else {
        shared.ipc().release(right);
      }
    }
  }

  private void endSpares(EventId cause) {
    tasks.all().stream()
        .filter(task -> task.kind() == RunningTask.Kind.SPARE)
        .forEach(task -> task.kill("launchd, which asked for it, has ended", Optional.of(cause)));
  }

  private void startNextLaunchd(EventId cause) {
    lastDeath = Optional.of(cause);
    try {
      startLaunchd(cause);
    } catch (LinuxException failure) {
      log.event(
          Optional.empty(),
          LogEvent.of("launchd.failed")
              .because(lastDeath)
              .with("why", String.valueOf(failure.getMessage())));
      end(1);
    }
  }

  /** No call is cut off: a service that still works keeps the instance until it is idle. */
  private void endIfDrained() {
    if (draining && tasks.areOnlyOwn()) {
      log.event(Optional.empty(), LogEvent.of("instance.drained"));
      end(exitStatus);
    }
  }

  private static TaskExit describe(RunningTask task, Optional<ExitRecord> exit) {
    Ending ending = Ending.of(exit);
    Duration user = Duration.ZERO;
    Duration system = Duration.ZERO;
    long resident = 0;
    if (exit.isPresent()) {
      ExitRecord record = exit.get();
      user = record.userTime();
      system = record.systemTime();
      resident = record.maximumResident();
    }
    return new TaskExit(
        task.number(),
        ending.status(),
        ending.signal(),
        user.toNanos() / 1000,
        system.toNanos() / 1000,
        resident / 1024,
        task.reason());
  }

  @Override
  public Greeter.FirstNames namesFor(RunningTask task) {
    int receive = 0;
    if (task.kind() == RunningTask.Kind.LAUNCHD && bootstrapReceive.isPresent()) {
      receive = task.task().space().insert(bootstrapReceive.get()).orElseThrow();
      bootstrapReceive = Optional.empty();
    }
    int send = task.task().space().insert(bootstrapSend.copySend()).orElseThrow();
    return new Greeter.FirstNames(send, receive);
  }
}
