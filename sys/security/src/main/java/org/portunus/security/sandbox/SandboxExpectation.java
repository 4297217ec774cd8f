// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.portunus.security.sandbox.limits.SandboxIdentity;
import org.portunus.security.sandbox.limits.TaskLimit;

/**
 * How a started task must look from outside, once its start code says that it is ready.
 *
 * @param filters system-call filters of every thread
 * @param network whether it has one of its own
 * @param identity the uid and gid, or empty when they are the spawner's
 * @param mounts all mounts; empty when mounts are not confined
 * @param limits resource limits; empty when that layer is removed
 * @param controlGroups folders whose {@code cgroup.procs} must list the task
 * @param descriptors beside 0 to 3, the most that the Java machine itself holds
 * @param output what its standard output and error may be
 * @param listener the port on its own loopback at which it may listen, for debuggers; 0 for none
 */
public record SandboxExpectation(
    int filters,
    Network network,
    Optional<SandboxIdentity> identity,
    List<ExpectedMount> mounts,
    List<TaskLimit> limits,
    List<Path> controlGroups,
    int descriptors,
    Output output,
    int listener) {
  private static final int OWN_DESCRIPTORS = 12;

  /** Where a task's standard output and error go. */
  public enum Output {
    /** Pipes that launchd reads. */
    PIPES,
    /** Also the log that the spawner itself writes to: launchd is the one that keeps it. */
    LOG
  }

  /** The network namespace. */
  public enum Network {
    /** Its own, with nothing but a loopback interface. */
    EMPTY,
    /** The spawner's; in conformance suites only. */
    SHARED
  }

  public SandboxExpectation {
    mounts = List.copyOf(mounts);
    limits = List.copyOf(limits);
    controlGroups = List.copyOf(controlGroups);
  }

  static SandboxExpectation of(
      SandboxHost host, LaunchRequest request, SandboxView view, Set<SandboxLayer> layers) {
    int filters = 0;
    filters += layers.contains(SandboxLayer.FILTER_ONE) ? 1 : 0;
    filters += layers.contains(SandboxLayer.FILTER_TWO) ? 1 : 0;
    return new SandboxExpectation(
        filters,
        layers.contains(SandboxLayer.NETWORK) ? Network.EMPTY : Network.SHARED,
        layers.contains(SandboxLayer.UID) ? request.identity() : Optional.empty(),
        layers.contains(SandboxLayer.MOUNTS) ? view.expectedMounts() : List.of(),
        layers.contains(SandboxLayer.LIMITS) ? Entries.limits(host, request) : List.of(),
        layers.contains(SandboxLayer.LIMITS) ? request.controlGroups() : List.of(),
        OWN_DESCRIPTORS,
        request.profile() == SandboxProfile.DAEMON ? Output.LOG : Output.PIPES,
        request.profile() == SandboxProfile.DEVELOPMENT_SERVICE ? JavaCommand.DEBUGGER_PORT : 0);
  }
}
