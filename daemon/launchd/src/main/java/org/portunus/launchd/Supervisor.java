// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.EventId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.mach.MachLimits;
import org.portunus.abi.mach.NotificationKind;
import org.portunus.abi.mach.RightKind;
import org.portunus.abi.wire.HostMessage;
import org.portunus.abi.wire.LaunchClass;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.Route;
import org.portunus.abi.wire.TaskExit;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.launchd.bundle.Bundle;
import org.portunus.launchd.bundle.BundleReader;
import org.portunus.launchd.bundle.SealedFiles;
import org.portunus.launchd.job.Effect;
import org.portunus.launchd.job.Job;
import org.portunus.launchd.log.CrashText;
import org.portunus.launchd.log.LogWriter;
import org.portunus.launchd.log.StreamPump;
import org.portunus.launchd.plist.JobPlist;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.file.Descriptor;
import org.portunus.linux.memory.MemoryFile;
import org.portunus.system.port.KernelResultException;
import org.portunus.system.port.KernelSocket;
import org.portunus.system.port.MachMessage;
import org.portunus.system.port.PortName;
import org.portunus.system.xpc.ConnectionRefusal;

/**
 * The thread that owns the jobs. Everything reaches it as a piece of work in one queue, whose
 * length is bounded by the ports that are armed and the control calls that are open; it ends with
 * the kernel socket.
 */
final class Supervisor {
  private static final long LONGEST_WAIT = TimeUnit.HOURS.toNanos(1);
  private static final Duration LAST_WORDS = Duration.ofMillis(200);

  private final KernelSocket kernel;
  private final HostPort host;
  private final Inbox inbox;
  private final JobLog log;
  private final EventId begun;
  private final StreamPump pump;
  private final Duration startTime;
  private final Descriptor bundles;
  private final PortName notifications;
  private final Spares spares;
  private final Crashes crashes;
  private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
  private final List<ManagedJob> jobs = new ArrayList<>();
  private final Map<String, ServicePort> openServices = new ConcurrentHashMap<>();
  private final Map<Long, TaskExit> earlyExits = new HashMap<>();
  private final Map<Long, CompletableFuture<?>> openCalls = new ConcurrentHashMap<>();
  private final AtomicLong nextCall = new AtomicLong();
  private final LastEnds lastEnds = new LastEnds(System::nanoTime);
  private volatile boolean ended;

  /**
   * @param bundles open folder of bundles; stays the caller's
   * @param spares most spares at once
   * @param begun the event that recorded the start of this launchd
   */
  Supervisor(
      KernelSocket kernel,
      HostPort host,
      LogWriter log,
      StreamPump pump,
      Descriptor bundles,
      int spares,
      Duration startTime,
      EventId begun) {
    this.kernel = kernel;
    this.startTime = startTime;
    this.host = host;
    this.log = new JobLog(log, kernel.greeting().task());
    this.begun = begun;
    this.pump = pump;
    this.bundles = bundles;
    this.inbox = new Inbox(kernel, work::add);
    this.notifications = KeptPort.of(kernel, host, "launchd/notifications");
    this.spares =
        new Spares(
            new SpareTable(spares, System::nanoTime),
            kernel.allocate(RightKind.RECEIVE),
            host,
            pump,
            this.log);
    this.crashes = new Crashes(host, this.log, work::add);
  }

  Inbox inbox() {
    return inbox;
  }

  /** Loads a job. Before {@link #run} only. */
  void load(JobPlist plist) {
    List<ServicePort> ports =
        plist.names().stream()
            .map(name -> ServicePort.make(kernel, host, name, notifications))
            .toList();
    if (plist.relayed()) {
      ports.forEach(port -> setRoute(port, Route.RELAYED));
    }
    Job life = new Job(plist, System::nanoTime, startTime);
    ManagedJob job = new ManagedJob(life, ports, kernel.allocate(RightKind.RECEIVE));
    jobs.add(job);
    ports.stream()
        .filter(port -> plist.machServices().contains(port.service()))
        .forEach(port -> openServices.put(port.service(), port));
    log.loaded(job);
  }

  /**
   * Has the connections of a service carried this way from now on.
   *
   * @return how many end for this
   */
  int setRoute(ServicePort port, Route route) {
    int ended = port.setRoute(route, host);
    log.note(
        LogEvent.of("service.route")
            .with("service", port.service())
            .with("route", route)
            .with("ended", ended));
    return ended;
  }

  /** Works until the kernel socket ends. */
  void run() {
    kernel.onEnd(() -> work.add(() -> ended = true));
    kernel.setQueueLimit(notifications, MachLimits.QUEUE_MAX);
    host.setExitPort(notifications);
    inbox.watch(notifications, this::notified);
    new Adoption(host, pump, log, begun, this::apply).of(jobs).forEach(this::exited);
    inbox.drain(notifications);
    for (ManagedJob job : jobs) {
      inbox.watch(job.spawnReply(), answer -> spawnAnswered(job, answer));
      armHeld(job);
    }
    inbox.watch(spares.reply(), spares::answered);
    inbox.start();
    readBundles();
    boolean interrupted = false;
    while (!ended && !interrupted) {
      try {
        Runnable next = work.poll(nanosToNextTime(), TimeUnit.NANOSECONDS);
        if (next != null) {
          next.run();
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (!ended) {
        jobs.forEach(job -> apply(job, job.life().timePasses()));
        lastEnds.timePasses();
        spares.refill();
        crashes.timePasses();
      }
    }
    ended = true;
    endCalls();
  }

  private long nanosToNextTime() {
    long now = System.nanoTime();
    List<OptionalLong> times = new ArrayList<>();
    jobs.forEach(job -> times.add(job.life().wakeAt()));
    times.addAll(List.of(spares.wakeAt(), lastEnds.wakeAt(), crashes.wakeAt()));
    return times.stream()
        .flatMapToLong(OptionalLong::stream)
        .map(at -> Math.clamp(at - now, 0, LONGEST_WAIT))
        .min()
        .orElse(LONGEST_WAIT);
  }

  /**
   * Reads the bundles of all jobs before anybody asks for them, one after the other, so that the
   * first demand does not wait for it and spares of their classes can start.
   */
  private void readBundles() {
    List<ManagedJob> early =
        jobs.stream().filter(job -> job.life().state() != JobState.DISABLED).toList();
    Map<ManagedJob, CompletableFuture<Bundle>> readings = new LinkedHashMap<>();
    for (ManagedJob job : early) {
      CompletableFuture<Bundle> reading = new CompletableFuture<>();
      job.readEarly(reading);
      readings.put(job, reading);
    }
    Thread.ofPlatform().daemon().name("bundle-reader").start(() -> readings.forEach(this::read));
  }

  private void read(ManagedJob job, CompletableFuture<Bundle> reading) {
    try {
      reading.complete(BundleReader.read(bundles, job.life().plist().bundle()));
      work.add(() -> known(job));
    } catch (PortunusException unreadable) {
      // The first start reads it again and says what is wrong.
      reading.completeExceptionally(unreadable);
    } finally {
      reading.cancel(false);
    }
  }

  private void known(ManagedJob job) {
    try {
      spares.want(job.nextLaunch(code(job)));
    } catch (PortunusException refused) {
      // The first start is refused too, and says why.
      log.bundleRefused(job, String.valueOf(refused.getMessage()));
    }
  }

  private Bundle code(ManagedJob job) {
    boolean known = job.hasBundle();
    Bundle code = job.bundle(bundles);
    if (!known) {
      log.bundleRead(job, code);
    }
    return code;
  }

  Spares spares() {
    return spares;
  }

  /**
   * Runs something on this thread and waits for its result; for other threads.
   *
   * @throws PortunusException INSTANCE_ENDED once the supervisor has ended
   */
  <T> T call(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    long call = nextCall.getAndIncrement();
    openCalls.put(call, answer);
    work.add(() -> {
      try {
        answer.complete(question.get());
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    if (ended) {
      endCalls();
    }
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      openCalls.remove(call);
    }
  }

  private void endCalls() {
    PortunusException reason =
        new PortunusException(ErrorCode.INSTANCE_ENDED, "the instance has ended");
    openCalls.values().forEach(call -> call.completeExceptionally(reason));
  }

  List<ManagedJob> jobs() {
    return jobs.stream().sorted(Comparator.comparing(job -> job.life().label())).toList();
  }

  Optional<ManagedJob> byLabel(String label) {
    return jobs.stream().filter(job -> job.life().label().equals(label)).findFirst();
  }

  /** The job that offers a service. */
  Optional<ManagedJob> byService(String name) {
    return jobs.stream()
        .filter(job -> job.ports().stream().anyMatch(port -> port.service().equals(name)))
        .findFirst();
  }

  /** The service of each name that launchd has for one's port. */
  Map<Integer, String> serviceNames() {
    return jobs.stream()
        .flatMap(job -> job.ports().stream())
        .collect(Collectors.toMap(port -> port.name().number(), ServicePort::service));
  }

  /** The services that any task may look up, by name. Any thread. */
  Map<String, ServicePort> openServices() {
    return openServices;
  }

  Optional<ServicePort> service(String name) {
    return jobs.stream()
        .flatMap(job -> job.ports().stream())
        .filter(port -> port.service().equals(name))
        .findFirst();
  }

  /**
   * The job that this task was started for. Answers of the kernel that wait are looked at first.
   */
  Optional<ManagedJob> byTask(long task) {
    for (ManagedJob job : jobs) {
      if (job.isSpawnPending()) {
        inbox.drain(job.spawnReply());
      }
    }
    return jobs.stream().filter(job -> job.life().task().equals(OptionalLong.of(task))).findFirst();
  }

  /** The job's task says that it serves its ports. */
  void serves(ManagedJob job) {
    apply(job, job.life().ready());
  }

  /** The receive right of a service came back, by whatever way; false if it is of none. */
  boolean returned(PortName name) {
    for (ManagedJob job : jobs) {
      for (ServicePort port : job.ports()) {
        if (port.name().equals(name)) {
          port.returned(name);
          apply(job, job.life().portBack(port.service()));
          if (job.waitsForDemand()) {
            armHeld(job);
          }
          return true;
        }
      }
    }
    return false;
  }

  private void notified(MachMessage message) {
    int id = message.content().id();
    inbox.drain(spares.reply());
    try {
      if (id == HostMessage.TASK_EXITED) {
        exited(TaskExit.read(message.content().data()));
      } else if (id == HostMessage.SPARE_READY) {
        spares.ready(message);
      } else if (id == NotificationKind.PORT_DESTROYED.number()) {
        message.content().ports().stream()
            .map(right -> new PortName(right.name()))
            .filter(name -> !returned(name))
            .forEach(name -> kernel.modRefs(name, RightKind.RECEIVE, -1));
      }
    } catch (MalformedFrameException e) {
      throw new PortunusException(
          ErrorCode.PROTOCOL, "the kernel's notification " + id + ": " + e.getMessage(), e);
    }
  }

  private void exited(TaskExit exit) {
    Optional<ManagedJob> job = byTask(exit.task());
    if (job.isPresent() && exit.exitCode() == CrashText.STATUS) {
      var _ =
          job.get()
              .signalWritten(LAST_WORDS)
              .thenAccept(told -> work.add(() -> ended(job.get(), exit, told)));
    } else if (job.isPresent()) {
      ended(job.get(), exit, Optional.empty());
    } else if (spares.exited(exit)) {
      return;
    } else if (jobs.stream().anyMatch(ManagedJob::isSpawnPending)) {
      earlyExits.put(exit.task(), exit);
    } else {
      host.exitSeen(exit.task());
    }
  }

  /**
   * A job's task has ended.
   *
   * @param told the signal that its Java machine wrote of
   */
  private void ended(ManagedJob job, TaskExit exit, Optional<String> told) {
    if (!job.life().task().equals(OptionalLong.of(exit.task()))) {
      return; // told twice, by the launchd before and by the kernel
    }
    LogEvent used = job.usage(exit, log.id(exit.task())).because(exit.event());
    EventId end = log.note(told.map(name -> used.with("told", name)).orElse(used));
    host.exitSeen(exit.task());
    Optional<Crashes.Dead> dead = job.dead(exit);
    long crashesBefore = job.life().crashes();
    List<Effect> effects = job.life().exited(exit, told);
    apply(job, effects, List.of(end));
    boolean crashed = job.life().crashes() > crashesBefore;
    String how = job.life().lastExit().orElse("");
    EventId recorded = job.trail().latest().orElse(end);
    lastEnds.ended(job.life().label(), crashed ? recorded.behind(how) : how);
    dead.filter(_ -> crashed).ifPresent(task -> crashes.died(task, recorded));
  }

  /** Answers how the last task of the job behind a service ended, now or later. */
  void askLastEnd(ManagedJob job, Consumer<String> answer) {
    JobState state = job.life().state();
    boolean runs = state == JobState.RUNNING || state == JobState.EXITING;
    lastEnds.ask(job.life().label(), runs, answer);
  }

  private void spawnAnswered(ManagedJob job, MachMessage answer) {
    job.spawnAnswered();
    try {
      long task = HostPort.spawnedTask(answer);
      job.started(log.id(task));
      job.read(pump, HostPort.output(answer));
      apply(job, job.life().spawned(task));
      Optional.ofNullable(earlyExits.remove(task)).ifPresent(this::exited);
    } catch (PortunusException refusal) {
      job.takeBack(answer.content().ports());
      if (job.spare().isPresent()) {
        List<EventId> refused =
            log.note(job, "spare.refused", String.valueOf(refusal.getMessage()), List.of());
        host.kill(job.spare().getAsLong(), "refused at its hand-over", refused);
        spawnCold(job, refusal.code().dotted());
      } else {
        apply(job, job.life().spawnFailed(String.valueOf(refusal.getMessage())));
      }
    }
    if (jobs.stream().noneMatch(ManagedJob::isSpawnPending)) {
      earlyExits.keySet().forEach(host::exitSeen);
      earlyExits.clear();
    }
  }

  /** Carries out what a job's table decided. */
  void apply(ManagedJob job, List<Effect> effects) {
    apply(job, effects, List.of());
  }

  /**
   * The same; each effect follows from the event noted before it.
   *
   * @param because what led to the decision, if it is known
   */
  private void apply(ManagedJob job, List<Effect> effects, List<EventId> because) {
    List<EventId> causes = because;
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Spawn(String reason) -> spawn(job, reason);
        case Effect.Terminate(String _) -> {
          if (job.life().task().isPresent()) {
            host.terminate(job.life().task().getAsLong(), causes);
          }
        }
        case Effect.Kill(String reason) -> {
          if (job.life().task().isPresent()) {
            host.kill(job.life().task().getAsLong(), reason, causes);
          }
        }
        case Effect.Arm() -> armHeld(job);
        case Effect.Answer(ErrorCode code, String text) -> refuseQueued(job, code, text, causes);
        case Effect.Note note -> causes = log.note(job, note, causes);
      }
    }
  }

  JobLog log() {
    return log;
  }

  private void spawn(ManagedJob job, String reason) {
    try {
      LaunchRecord launch = job.launch(code(job));
      List<PortDescriptor> rights = job.rightsToServe();
      Optional<SpareTable.Taken> spare = spares.take(launch);
      if (spare.isEmpty()) {
        spawnCold(job, reason);
        return;
      }
      StreamPump.Owner owner = spare.get().output();
      owner.become(job.life().label());
      host.handOver(
          spare.get().task(),
          launch,
          rights,
          code(job).image().descriptor(),
          job.spawnReply(),
          job.trail().latest());
      job.spawnAsked(owner, OptionalLong.of(spare.get().task()));
    } catch (PortunusException | KernelResultException refusal) {
      apply(job, job.life().spawnFailed(String.valueOf(refusal.getMessage())));
    }
  }

  private void spawnCold(ManagedJob job, String reason) {
    try {
      Bundle code = code(job);
      LaunchRecord launch = job.launch(code);
      List<MemoryFile> sealed = SealedFiles.seal(code, launch.files());
      try {
        List<Descriptor> files = new ArrayList<>(List.of(code.image().descriptor()));
        sealed.forEach(file -> files.add(file.descriptor()));
        host.spawn(launch, job.rightsToServe(), files, job.spawnReply(), job.trail().latest());
      } finally {
        sealed.forEach(MemoryFile::close);
      }
      job.spawnAsked(new StreamPump.Owner(job.life().label()), OptionalLong.empty());
      log.note(job, "job.cold", "no spare of " + LaunchClass.of(launch) + " waits", List.of());
    } catch (PortunusException | KernelResultException refusal) {
      apply(job, job.life().spawnFailed(String.valueOf(refusal.getMessage())));
    } catch (LinuxException failure) {
      apply(job, job.life().spawnFailed("for " + reason + ": " + failure.getMessage()));
    }
  }

  private void armHeld(ManagedJob job) {
    for (ServicePort port : job.ports()) {
      if (port.isHeld()) {
        inbox.arm(
            port.name(),
            () -> {
              if (port.isHeld()) {
                apply(job, job.life().demand(port.service()));
              }
            });
      }
    }
  }

  private void refuseQueued(ManagedJob job, ErrorCode code, String text, List<EventId> causes) {
    String told = causes.isEmpty() ? text : causes.getFirst().behind(text);
    int answered = 0;
    for (ServicePort port : job.ports()) {
      if (port.isHeld()) {
        answered += inbox.drain(port.name(), message -> refuse(message, code, told));
      }
    }
    if (answered > 0) {
      job.refused(answered);
      log.noteRefusal(
          job.life().label(),
          LogEvent.of("connection.refuse")
              .because(causes)
              .with("label", job.life().label())
              .with("count", answered)
              .with("error", code.dotted())
              .with("reason", text));
    }
  }

  private void refuse(MachMessage message, ErrorCode code, String text) {
    if (message.content().id() == HostMessage.CONNECTION_REQUEST
        && message.descriptors().size() == 1) {
      ConnectionRefusal.send(message.takeDescriptor(0), code, text);
    }
    inbox.discardRights(message, this::returned);
  }
}
