// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.portunus.security.sandbox.limits.CgroupSite.None;
import org.portunus.security.sandbox.limits.CgroupSite.Readiness;
import org.portunus.security.sandbox.limits.CgroupSite.Two;
import org.portunus.security.sandbox.limits.CgroupTree.Controller;

/**
 * Finds the group of cgroup version 2 in which groups can be made: the caller's own or one above
 * it. A task may be moved between two groups only by who may write {@code cgroup.procs} of the
 * nearest group above both, so a place must be above the caller and belong to its user; that is
 * what delegation gives.
 */
final class CgroupDelegation {
  private static final String OWN = "0::";
  private static final String MARK = "delegate"; // systemd's user.delegate

  private final Path mount;
  private final int uid;

  private CgroupDelegation(Path mount, int uid) {
    this.mount = mount;
    this.uid = uid;
  }

  static CgroupSite find(Path mount, List<String> lines, int uid) throws IOException {
    Optional<String> path =
        lines.stream().filter(l -> l.startsWith(OWN)).map(l -> l.substring(OWN.length())).findAny();
    if (path.isEmpty() || path.get().contains("/..")) {
      return new None("cgroup v2: this process's own group is not below " + mount);
    }
    Path own = mount.resolve("." + path.get()).normalize();
    if (!Files.isDirectory(own)) {
      return new None("cgroup v2: this process's own group " + own + " is not mounted here");
    }
    return new CgroupDelegation(mount, uid).place(own);
  }

  /** The nearest that is ready, else the nearest to which the least must be done. */
  private CgroupSite place(Path own) throws IOException {
    List<Two> places = new ArrayList<>();
    for (Path group = own; group != null && group.startsWith(mount); group = group.getParent()) {
      if (isOurs(group)) {
        look(group).ifPresent(places::add);
        if (isMarked(group)) {
          break;
        }
      }
    }
    for (Readiness readiness : Readiness.values()) {
      for (Two place : places) {
        // Only what is in our own group may be ours to move.
        boolean movable = readiness != Readiness.MOVE || place.parent().equals(own);
        if (place.readiness() == readiness && movable) {
          return place;
        }
      }
    }
    return new None(why(own));
  }

  private boolean isOurs(Path group) throws IOException {
    for (String name : List.of("cgroup.procs", "cgroup.subtree_control")) {
      Path file = group.resolve(name);
      if (!Files.isWritable(file) || !Files.getAttribute(file, "unix:uid").equals(uid)) {
        return false;
      }
    }
    return Files.isWritable(group);
  }

  private static boolean isMarked(Path group) {
    UserDefinedFileAttributeView attributes =
        Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
    try {
      return attributes != null && attributes.list().contains(MARK);
    } catch (IOException notKept) {
      return false; // kernels before 5.7 keep no such attributes there
    }
  }

  private static Optional<Two> look(Path group) throws IOException {
    Set<Controller> enabled = controllers(group.resolve("cgroup.subtree_control"));
    if (enabled.containsAll(CgroupSite.NEEDED)) {
      return Optional.of(new Two(group, enabled, Readiness.READY));
    }
    Set<Controller> given = controllers(group.resolve("cgroup.controllers"));
    if (!given.containsAll(CgroupSite.NEEDED)) {
      return Optional.empty();
    }
    // The root of the hierarchy has no type, and may have processes and controllers alike.
    boolean empty =
        !Files.exists(group.resolve("cgroup.type"))
            || Files.readString(group.resolve("cgroup.procs")).isBlank();
    return Optional.of(new Two(group, given, empty ? Readiness.ENABLE : Readiness.MOVE));
  }

  static Set<Controller> controllers(Path file) throws IOException {
    List<String> words = List.of(Files.readString(file).strip().split(" ", -1));
    Set<Controller> found = EnumSet.noneOf(Controller.class);
    for (Controller controller : Controller.values()) {
      if (words.contains(controller.folder())) {
        found.add(controller);
      }
    }
    return found;
  }

  private String why(Path own) throws IOException {
    if (!isOurs(own)) {
      return "cgroup v2: "
          + own
          + " is not delegated to uid "
          + uid
          + " (cgroup.procs and cgroup.subtree_control are not its own to write)";
    }
    return "cgroup v2: "
        + own
        + " has the controllers \""
        + Files.readString(own.resolve("cgroup.controllers")).strip()
        + "\", and groups need memory and pids";
  }
}
