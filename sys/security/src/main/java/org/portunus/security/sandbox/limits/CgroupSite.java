// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.portunus.security.sandbox.limits.CgroupTree.Controller;

/**
 * Where control groups can be made: found by looking, nothing is changed. Version 1 comes first
 * where it has memory and pids; version 2 is for machines that have no other.
 */
public sealed interface CgroupSite {
  /** Without these two there is no use in the others. */
  Set<Controller> NEEDED =
      Collections.unmodifiableSet(EnumSet.of(Controller.MEMORY, Controller.PIDS));

  /**
   * Version 1.
   *
   * @param groups the caller's own group in each hierarchy
   */
  record One(Map<Controller, Path> groups) implements CgroupSite {}

  /**
   * Version 2.
   *
   * @param parent the group in which the instance's is made: the caller's own or one above it, and
   *     its user's
   * @param controllers those that groups below it will have
   * @param readiness what has to be done to it first
   */
  record Two(Path parent, Set<Controller> controllers, Readiness readiness) implements CgroupSite {}

  /** No place for groups; resource limits stand in. */
  record None(String why) implements CgroupSite {}

  /** What a group of version 2 needs before groups with controllers can be made in it. */
  enum Readiness {
    /** Nothing. */
    READY,
    /** Its controllers must be enabled for those below. */
    ENABLE,
    /** The processes in it must move into a leaf of it before that: no internal processes. */
    MOVE
  }

  /** The controllers that groups made here have. */
  default Set<Controller> usable() {
    return switch (this) {
      case One one -> one.groups().keySet();
      case Two two -> two.controllers();
      case None none -> Set.of();
    };
  }

  /** The version of the groups made here, empty when there are none. */
  default Optional<CgroupVersion> version() {
    return switch (this) {
      case One one -> Optional.of(CgroupVersion.ONE);
      case Two two -> Optional.of(CgroupVersion.TWO);
      case None none -> Optional.empty();
    };
  }

  /**
   * Looks at this machine.
   *
   * @param uid effective uid of the caller
   */
  static CgroupSite here(int uid) throws IOException {
    return find(Path.of("/sys/fs/cgroup"), Files.readAllLines(Path.of("/proc/self/cgroup")), uid);
  }

  /**
   * Looks.
   *
   * @param mount {@code /sys/fs/cgroup}
   * @param own the lines of {@code /proc/self/cgroup}
   * @param uid effective uid of the caller; version 1 is for root, whose tasks have uids of their
   *     own
   */
  static CgroupSite find(Path mount, List<String> own, int uid) throws IOException {
    Map<Controller, Path> first = versionOne(mount, own);
    if (first.keySet().containsAll(NEEDED)) {
      return uid == 0 ? new One(first) : new None("cgroup v1 is used by root alone");
    }
    for (Path place : List.of(mount, mount.resolve("unified"))) {
      if (Files.exists(place.resolve("cgroup.controllers"))) {
        return CgroupDelegation.find(place, own, uid);
      }
    }
    return new None("neither cgroup v2 nor cgroup v1 memory and pids can be written at " + mount);
  }

  private static Map<Controller, Path> versionOne(Path mount, List<String> own) {
    Map<Controller, Path> found = new EnumMap<>(Controller.class);
    for (Controller controller : Controller.values()) {
      own.stream()
          .map(line -> line.split(":", 3))
          .filter(parts -> parts.length == 3)
          .filter(parts -> List.of(parts[1].split(",", -1)).contains(controller.folder()))
          .map(parts -> mount.resolve(controller.folder()).resolve("." + parts[2]).normalize())
          .filter(group -> Files.isWritable(group.resolve("cgroup.procs")))
          .findFirst()
          .ifPresent(group -> found.put(controller, group));
    }
    return found;
  }
}
