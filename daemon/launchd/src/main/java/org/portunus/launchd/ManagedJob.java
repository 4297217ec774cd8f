// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.portunus.abi.id.TaskId;
import org.portunus.abi.wire.LaunchRecord;
import org.portunus.interfaces.launchd.JobLimits;
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
  private Optional<Bundle> bundle = Optional.empty();
  private Optional<LaunchRecord> launch = Optional.empty();
  private Optional<StreamPump.Owner> output = Optional.empty();
  private boolean spawnPending;

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

  PortName spawnReply() {
    return spawnReply;
  }

  boolean isSpawnPending() {
    return spawnPending;
  }

  void spawnAsked(StreamPump.Owner owner) {
    spawnPending = true;
    output = Optional.of(owner);
  }

  void spawnAnswered() {
    spawnPending = false;
  }

  void started(TaskId task) {
    output.ifPresent(owner -> owner.started(task));
  }

  /** Whether its state lets launchd wait for demand. */
  boolean waitsForDemand() {
    JobState state = life.state();
    return state == JobState.IDLE || state == JobState.THROTTLED || state == JobState.DISABLED;
  }

  /**
   * The sealed code, read at the first start.
   *
   * @throws org.portunus.abi.error.PortunusException BUNDLE, PLIST_KEY, PLIST_VALUE
   */
  Bundle bundle(Descriptor bundles) {
    if (bundle.isEmpty()) {
      Bundle read = BundleReader.read(bundles, life.plist().bundle());
      bundle = Optional.of(read);
    }
    return bundle.get();
  }

  boolean hasBundle() {
    return bundle.isPresent();
  }

  /** What the kernel is asked to start. */
  LaunchRecord launch(Bundle code) {
    LaunchRecord made =
        new LaunchRecord(
            life.label(),
            code.manifest().identifier(),
            code.identity(),
            code.manifest().limitsUnder(life.plist().grant()),
            code.manifest().modules(),
            code.manifest().offeredTo(life.plist()));
    launch = Optional.of(made);
    return made;
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
        launch.map(LaunchRecord::limits).map(ManagedJob::limits),
        new ArrayList<>(ServicePort.names(ports)));
  }

  private static JobLimits limits(LaunchRecord.Limits limits) {
    return new JobLimits(
        limits.heapMiB(),
        limits.memoryMiB(),
        limits.processes(),
        limits.cpuSeconds(),
        limits.descriptors(),
        limits.idleMillis(),
        limits.graceMillis());
  }
}
