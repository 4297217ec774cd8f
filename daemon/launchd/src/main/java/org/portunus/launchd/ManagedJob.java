// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.log.LogEvent;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.abi.wire.PortDescriptor;
import org.portunus.abi.wire.TaskExit;
import org.portunus.interfaces.launchd.JobLimits;
import org.portunus.interfaces.launchd.JobLoad;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.interfaces.launchd.JobStatus;
import org.portunus.launchd.bundle.Bundle;
import org.portunus.launchd.bundle.BundleReader;
import org.portunus.launchd.job.Job;
import org.portunus.launchd.log.StreamPump;
import org.portunus.linux.file.Descriptor;
import org.portunus.system.port.PortName;

/**
 * A job with what belongs to it: its ports, its sealed code once it was read, and the port to which
 * the kernel answers its starts. The image is kept: a job runs the same bytes until launchd ends.
 */
final class ManagedJob {
  private final Job life;
  private final List<ServicePort> ports;
  private final PortName spawnReply;
  private final JobTrail trail = new JobTrail();
  private Optional<Bundle> bundle = Optional.empty();
  private Optional<LaunchRecord> launch = Optional.empty();
  private Optional<StreamPump.Owner> output = Optional.empty();
  private Optional<CompletableFuture<Bundle>> reading = Optional.empty();
  private boolean spawnPending;
  private long startedAt;
  private long refusals;
  private OptionalLong spare = OptionalLong.empty();

  ManagedJob(Job life, List<ServicePort> ports, PortName spawnReply) {
    this.life = life;
    this.ports = List.copyOf(ports);
    this.spawnReply = spawnReply;
  }

  Job life() {
    return life;
  }

  List<ServicePort> ports() {
    return ports;
  }

  /** What was recorded of it. */
  JobTrail trail() {
    return trail;
  }

  PortName spawnReply() {
    return spawnReply;
  }

  boolean isSpawnPending() {
    return spawnPending;
  }

  /**
   * The receive right of each service, for its task.
   *
   * @throws PortunusException LAUNCH_FAILED if another task has one
   */
  List<PortDescriptor> rightsToServe() {
    for (ServicePort port : ports) {
      if (!port.isHeld()) {
        throw new PortunusException(
            ErrorCode.LAUNCH_FAILED, "another task receives from " + port.service());
      }
    }
    return ports.stream().map(ServicePort::forTask).toList();
  }

  /** The kernel did not use the rights that it was given for a start. */
  void takeBack(List<PortDescriptor> rights) {
    for (PortDescriptor right : rights) {
      PortName name = new PortName(right.name());
      ports.stream().filter(port -> port.name().equals(name)).forEach(port -> port.returned(name));
    }
  }

  /**
   * The kernel was asked for a start, and given the ports.
   *
   * @param from the spare that is to become the job's task; empty for a cold start
   */
  void spawnAsked(StreamPump.Owner owner, OptionalLong from) {
    spawnPending = true;
    ports.forEach(ServicePort::given);
    spare = from;
    output = Optional.of(owner);
  }

  /** The spare that the latest start was asked of. */
  OptionalLong spare() {
    return spare;
  }

  void spawnAnswered() {
    spawnPending = false;
  }

  void started(TaskId task) {
    startedAt = System.nanoTime();
    output.ifPresent(owner -> owner.started(task));
  }

  /** Has what its task writes read; taken over. */
  void read(StreamPump pump, List<Descriptor> readers) {
    pump.read(output.orElseThrow(), readers);
  }

  /** A launchd before started its task as this. */
  void adopted(TaskId task, LaunchRecord record) {
    output = Optional.of(new StreamPump.Owner(life.label()));
    output.get().started(task);
    startedAt = System.nanoTime();
    launch = Optional.of(record);
  }

  /** What its task used until it ended. */
  LogEvent usage(TaskExit exit, TaskId task) {
    return LogEvent.of("task.exit")
        .with("label", life.label())
        .with("task", task)
        .with("status", exit.exitCode())
        .with("signal", exit.signal())
        .with("user.us", exit.userMicros())
        .with("system.us", exit.systemMicros())
        .with("rss.kib", exit.maxRssKiB());
  }

  /** What is known of the task that ended now, for its crash report. */
  Optional<Crashes.Dead> dead(TaskExit exit) {
    return output.map(owner ->
        new Crashes.Dead(
            life.label(),
            launch.map(record -> record.code().toString()).orElse(""),
            life.runs(),
            Duration.ofNanos(System.nanoTime() - startedAt),
            exit,
            owner.tail()));
  }

  /** The signal that its task's Java machine wrote of, when all that it wrote was read. */
  CompletableFuture<Optional<String>> signalWritten(Duration patience) {
    return output
        .map(owner -> owner.signal(patience))
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
  }

  /** Whether its state lets launchd wait for demand. */
  boolean waitsForDemand() {
    JobState state = life.state();
    return state == JobState.IDLE || state == JobState.THROTTLED || state == JobState.DISABLED;
  }

  /**
   * The sealed code, read at the first start.
   *
   * @throws PortunusException BUNDLE, PLIST_KEY, PLIST_VALUE
   */
  Bundle bundle(Descriptor bundles) {
    if (bundle.isEmpty()) {
      Optional<Bundle> early = reading.flatMap(ManagedJob::await);
      reading = Optional.empty();
      bundle = early.or(() -> Optional.of(BundleReader.read(bundles, life.plist().bundle())));
    }
    return bundle.get();
  }

  /** What an early reading found; one that failed is left to the first start, which says why. */
  private static Optional<Bundle> await(CompletableFuture<Bundle> reading) {
    try {
      return Optional.of(reading.join());
    } catch (CompletionException failed) {
      return Optional.empty();
    }
  }

  /** The code is being read on another thread. */
  void readEarly(CompletableFuture<Bundle> future) {
    reading = Optional.of(future);
  }

  boolean hasBundle() {
    return bundle.isPresent();
  }

  /** What the kernel is asked to start; the identity is in the status from now on. */
  LaunchRecord launch(Bundle code) {
    LaunchRecord made = record(code);
    launch = Optional.of(made);
    return made;
  }

  /** What the kernel will be asked for next; in the status at once unless a task runs. */
  LaunchRecord nextLaunch(Bundle code) {
    return life.task().isEmpty() ? launch(code) : record(code);
  }

  private LaunchRecord record(Bundle code) {
    return new LaunchRecord(
        life.label(),
        code.manifest().identifier(),
        code.identity(),
        code.manifest().limitsUnder(life.plist().grant()),
        code.manifest().modules(),
        code.manifest().offeredTo(life.plist()),
        life.plist().mode(),
        code.manifest().filesUnder(life.plist()),
        code.manifest().qosUnder(life.plist().grant()));
  }

  /** So many demands were refused. */
  void refused(int count) {
    refusals += count;
  }

  JobLoad load() {
    return new JobLoad(life.label(), life.state(), life.runs(), life.crashes(), refusals);
  }

  JobStatus status(int epoch, int pid, int uid) {
    Optional<String> task =
        life.task().isPresent()
            ? Optional.of(new TaskId(epoch, life.task().getAsLong()).toString())
            : Optional.empty();
    return new JobStatus(
        life.label(),
        life.state(),
        task,
        pid,
        uid,
        launch.map(record -> record.code().toString()),
        life.runs(),
        life.crashes(),
        life.lastExit(),
        life.throttledFor().toMillis(),
        launch.map(ManagedJob::limits),
        new ArrayList<>(ServicePort.names(ports)));
  }

  private static JobLimits limits(LaunchRecord record) {
    LaunchRecord.Limits limits = record.limits();
    return new JobLimits(
        limits.heapMiB(),
        limits.memoryMiB(),
        limits.processes(),
        limits.cpuSeconds(),
        limits.descriptors(),
        limits.idleMillis(),
        limits.graceMillis(),
        record.qos().own().word(),
        record.qos().ceiling().word());
  }
}
