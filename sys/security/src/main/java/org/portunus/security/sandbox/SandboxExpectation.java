// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.portunus.security.sandbox.limits.SandboxIdentity;

/**
 * How a started task must look from outside, once its start code says that it is ready.
 *
 * @param filters system-call filters of every thread
 * @param identity the uid and gid, or empty when they are the spawner's
 * @param mounts all mounts; empty when mounts are not confined
 * @param controlGroups folders whose {@code cgroup.procs} must list the task
 * @param descriptors beside 0 to 3, the most that the Java machine itself holds
 */
public record SandboxExpectation(
    int filters,
    Optional<SandboxIdentity> identity,
    List<ExpectedMount> mounts,
    List<Path> controlGroups,
    int descriptors) {
  private static final int OWN_DESCRIPTORS = 12;

  public SandboxExpectation {
    mounts = List.copyOf(mounts);
    controlGroups = List.copyOf(controlGroups);
  }

  static SandboxExpectation of(LaunchRequest request, SandboxView view, Set<SandboxLayer> layers) {
    int filters = 0;
    filters += layers.contains(SandboxLayer.FILTER_ONE) ? 1 : 0;
    filters += layers.contains(SandboxLayer.FILTER_TWO) ? 1 : 0;
    return new SandboxExpectation(
        filters,
        layers.contains(SandboxLayer.UID) ? request.identity() : Optional.empty(),
        layers.contains(SandboxLayer.MOUNTS) ? view.expectedMounts() : List.of(),
        layers.contains(SandboxLayer.LIMITS) ? request.controlGroups() : List.of(),
        OWN_DESCRIPTORS);
  }
}
