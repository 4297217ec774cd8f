// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.portunus.security.sandbox.limits.CgroupTree.Controller;

/**
 * The group of version 2 in which instances make theirs. A group whose controllers are enabled for
 * those below has no processes of its own (cgroups(7), no internal processes): those that are in it
 * move into a leaf, and back when the last instance has ended.
 */
final class CgroupParent {
  /** The group for what was in the parent. */
  static final String LEAF = "portunus-leaf";

  private static final int ATTEMPTS = 5;

  private CgroupParent() {}

  /**
   * Makes it ready; as it was before when that fails.
   *
   * @throws IOException naming what keeps it from that
   */
  static void prepare(CgroupSite.Two site) throws IOException {
    switch (site.readiness()) {
      case READY -> {}
      case ENABLE -> enable(site.parent(), site.controllers());
      case MOVE -> {
        try {
          moveAndEnable(site.parent(), site.controllers());
        } catch (IOException refused) {
          restore(site.parent());
          throw refused;
        }
      }
    }
  }

  /** Enables controllers for the groups below one. */
  static void enable(Path group, Set<Controller> controllers) throws IOException {
    change(group, "+", controllers);
  }

  private static void change(Path group, String sign, Set<Controller> controllers)
      throws IOException {
    String words =
        controllers.stream().map(c -> sign + c.folder()).collect(Collectors.joining(" "));
    try {
      Files.writeString(group.resolve("cgroup.subtree_control"), words);
    } catch (IOException refused) {
      throw new IOException(
          "cgroup v2: \"" + words + "\" for groups below " + group + ": " + refused.getMessage(),
          refused);
    }
  }

  /** Processes may start while others are moved: what was missed is moved in the next attempt. */
  private static void moveAndEnable(Path parent, Set<Controller> controllers) throws IOException {
    Path leaf = parent.resolve(LEAF);
    Files.createDirectories(leaf);
    for (int attempt = 1; ; attempt++) {
      move(parent, leaf);
      try {
        enable(parent, controllers);
        return;
      } catch (IOException busy) {
        if (attempt == ATTEMPTS) {
          throw busy;
        }
      }
    }
  }

  private static void move(Path from, Path to) throws IOException {
    for (String pid : Files.readAllLines(from.resolve("cgroup.procs"))) {
      if (pid.equals("0")) {
        throw new IOException(
            "cgroup v2: " + from + " has a process of another pid namespace, which can't be moved");
      }
      try {
        Files.writeString(to.resolve("cgroup.procs"), pid);
      } catch (IOException refused) {
        if (Files.readAllLines(from.resolve("cgroup.procs")).contains(pid)) {
          throw new IOException(
              "cgroup v2: process " + pid + " can't move to " + to + ": " + refused.getMessage(),
              refused);
        }
      }
    }
  }

  /**
   * Undoes what {@link CgroupSite.Readiness#MOVE} did.
   *
   * @return whether nothing of it is left; another instance that needs it keeps it until its end
   */
  static boolean restore(Path parent) {
    Path leaf = parent.resolve(LEAF);
    try {
      if (!Files.isDirectory(leaf)) {
        return true;
      }
      if (hasInstance(parent)) {
        return false;
      }
      Set<Controller> enabled =
          CgroupDelegation.controllers(parent.resolve("cgroup.subtree_control"));
      if (!enabled.isEmpty()) {
        change(parent, "-", enabled);
      }
      for (int attempt = 0; attempt < ATTEMPTS && !isEmpty(leaf); attempt++) {
        move(leaf, parent);
      }
      Files.deleteIfExists(leaf);
      return true;
    } catch (IOException meanwhile) {
      return false; // another instance has come, or does the same now
    }
  }

  private static boolean isEmpty(Path group) throws IOException {
    return Files.readString(group.resolve("cgroup.procs")).isBlank();
  }

  private static boolean hasInstance(Path parent) throws IOException {
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent, CgroupTree.PREFIX + "*")) {
      for (Path group : groups) {
        if (!group.endsWith(LEAF)) {
          return true;
        }
      }
    }
    return false;
  }
}
