// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The control groups of one instance, cgroups(7): a group for the instance in each hierarchy, and
 * one below it for each task. {@link CgroupSite} says where.
 *
 * <p>Without a place for them resource limits stand in, and {@code doctor} says what is weaker.
 */
public final class CgroupTree {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final String MEMORY_KILLS = "oom_kill ";
  private static final String SEPARATOR = "\n"; // the one character that no group's path has

  /** What the names of instances' groups begin with. */
  static final String PREFIX = "portunus-";

  private final String instance;
  private final CgroupVersion version;
  private final Map<Controller, Path> instances;
  private final String done;

  /** The hierarchies used. */
  public enum Controller {
    /** Bytes of memory; beyond them the kernel kills in the group. */
    MEMORY,
    /** Processes and threads. */
    PIDS,
    /** Share of the processors when they are all busy. */
    CPU;

    /** Its name in {@code /proc/self/cgroup} and as a folder. */
    public String folder() {
      return switch (this) {
        case MEMORY -> "memory";
        case PIDS -> "pids";
        case CPU -> "cpu";
      };
    }
  }

  /**
   * Limits of one task's groups.
   *
   * @param memoryBytes memory, page cache and swap
   * @param processes processes and threads of the task itself
   * @param cpuShares weight against other groups, 2 to 262144; 1024 is usual
   */
  public record Limits(long memoryBytes, int processes, int cpuShares) {}

  private CgroupTree(
      String instance, CgroupVersion version, Map<Controller, Path> instances, String done) {
    this.instance = instance;
    this.version = version;
    this.instances = instances;
    this.done = done;
  }

  /**
   * Makes the instance's groups, or takes over those that exist.
   *
   * @param instance its name, unique on this machine
   * @return empty where there is no place for groups
   * @throws IOException naming what keeps the place from being used; nothing is left of the attempt
   */
  public static Optional<CgroupTree> create(CgroupSite site, String instance) throws IOException {
    String name = PREFIX + checked(instance);
    return switch (site) {
      case CgroupSite.None none -> Optional.empty();
      case CgroupSite.One one -> Optional.of(makeFirst(one, instance, name));
      case CgroupSite.Two two -> Optional.of(makeSecond(two, instance, name));
    };
  }

  private static CgroupTree makeFirst(CgroupSite.One site, String instance, String name)
      throws IOException {
    Map<Controller, Path> groups = new EnumMap<>(Controller.class);
    site.groups().forEach((controller, group) -> groups.put(controller, group.resolve(name)));
    CgroupTree tree = new CgroupTree(instance, CgroupVersion.ONE, groups, "");
    tree.makeFolders();
    return tree;
  }

  private static CgroupTree makeSecond(CgroupSite.Two site, String instance, String name)
      throws IOException {
    CgroupParent.prepare(site);
    Path group = site.parent().resolve(name);
    Map<Controller, Path> groups = new EnumMap<>(Controller.class);
    site.controllers().forEach(controller -> groups.put(controller, group));
    String done =
        switch (site.readiness()) {
          case READY -> "";
          case ENABLE -> ", controllers enabled in its parent";
          case MOVE -> ", what was in its parent moved to " + CgroupParent.LEAF;
        };
    CgroupTree tree = new CgroupTree(instance, CgroupVersion.TWO, groups, done);
    tree.makeFolders();
    try {
      CgroupParent.enable(group, site.controllers());
    } catch (IOException refused) {
      boolean unusedGone = tree.removeAll();
      throw refused;
    }
    return tree;
  }

  private void makeFolders() throws IOException {
    for (Path group : folders()) {
      try {
        Files.createDirectories(group);
      } catch (IOException refused) {
        boolean unusedGone = removeAll();
        throw new IOException("the control group " + group + " can't be made: " + refused, refused);
      }
    }
  }

  /** What another process of the instance needs to use the same groups, for {@link #parse}. */
  public String toText() {
    StringBuilder text = new StringBuilder(version.name());
    instances.forEach((controller, group) ->
        text.append(SEPARATOR).append(controller.name()).append('=').append(group));
    return text.toString();
  }

  /** The groups that another process of the instance has made. */
  public static CgroupTree parse(String instance, String text) {
    String[] parts = text.split(SEPARATOR, -1);
    Map<Controller, Path> groups = new EnumMap<>(Controller.class);
    for (String part : List.of(parts).subList(1, parts.length)) {
      int equals = part.indexOf('=');
      Controller controller = Controller.valueOf(part.substring(0, equals));
      groups.put(controller, Path.of(part.substring(equals + 1)));
    }
    return new CgroupTree(instance, CgroupVersion.valueOf(parts[0]), groups, "");
  }

  /** The folders that hold all groups of the instance: what a process that makes them must see. */
  public Set<Path> folders() {
    return Set.copyOf(instances.values());
  }

  /** What was made, in one line for a log. */
  public String told() {
    return version.word() + " " + instances.keySet() + " in " + folders() + done;
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name for a control group: \"" + name + "\"");
    }
    return name;
  }

  /** The instance's name. */
  public String instance() {
    return instance;
  }

  /** Makes the groups of a task with their limits; pass them to the launch request. */
  public List<Path> createTask(String task, Limits limits) throws IOException {
    Set<Path> groups = new LinkedHashSet<>();
    for (Map.Entry<Controller, Path> entry : instances.entrySet()) {
      Path group = entry.getValue().resolve(checked(task));
      if (groups.add(group)) {
        Files.createDirectory(group);
      }
      version.set(entry.getKey(), group, limits);
    }
    return List.copyOf(groups);
  }

  /** Whether the shares of tasks in the processors can be set. */
  public boolean weighs() {
    return instances.containsKey(Controller.CPU);
  }

  /**
   * Changes the share of a task in the processors; nothing happens for one that is gone.
   *
   * @param cpuShares as in {@link Limits}
   */
  public void weigh(String task, int cpuShares) throws IOException {
    Path parent = instances.get(Controller.CPU);
    if (parent != null) {
      try {
        version.weigh(parent.resolve(checked(task)), cpuShares);
      } catch (NoSuchFileException ended) {
        // Its last word was written with its end.
      }
    }
  }

  /** How many processes of a task were killed because its memory was used up. */
  public long memoryKills(String task) throws IOException {
    Path memory = instances.get(Controller.MEMORY);
    if (memory == null) {
      return 0;
    }
    try (Stream<String> lines =
        Files.lines(memory.resolve(checked(task)).resolve(version.killsFile()))) {
      return lines
          .filter(line -> line.startsWith(MEMORY_KILLS))
          .mapToLong(line -> Long.parseLong(line.substring(MEMORY_KILLS.length()).strip()))
          .sum();
    }
  }

  /**
   * Removes a task's groups; nothing happens for one that is gone.
   *
   * @return whether all are gone: a process that is still ending keeps its group for a moment
   */
  public boolean removeTask(String task) throws IOException {
    boolean gone = true;
    for (Path parent : folders()) {
      gone &= remove(parent.resolve(checked(task)));
    }
    return gone;
  }

  /**
   * Removes the groups of all tasks and the instance's own, and puts the parent back as it was;
   * false while a process is in one.
   */
  public boolean removeAll() throws IOException {
    boolean gone = true;
    for (Path group : folders()) {
      if (Files.isDirectory(group)) {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(group, Files::isDirectory)) {
          for (Path task : tasks) {
            gone &= remove(task);
          }
        }
        gone &= remove(group);
      }
    }
    if (gone && version == CgroupVersion.TWO) {
      for (Path group : folders()) {
        // One that another instance still needs goes with that.
        boolean unusedRestored = CgroupParent.restore(group.resolve("..").normalize());
      }
    }
    return gone;
  }

  /** Numbers of the processes that are in a group of the instance now: for waiting only. */
  public Set<Integer> processes() throws IOException {
    Set<Integer> found = new TreeSet<>();
    for (Path group : folders()) {
      if (Files.isDirectory(group)) {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(group, Files::isDirectory)) {
          for (Path task : tasks) {
            found.addAll(members(task));
          }
        }
        found.addAll(members(group));
      }
    }
    return found;
  }

  private static List<Integer> members(Path group) throws IOException {
    try {
      return Files.readAllLines(group.resolve("cgroup.procs")).stream()
          .map(Integer::parseInt)
          .toList();
    } catch (NoSuchFileException concurrent) {
      return List.of();
    }
  }

  private static boolean remove(Path group) throws IOException {
    try {
      Files.deleteIfExists(group);
      return true;
    } catch (NoSuchFileException concurrent) {
      return true;
    } catch (DirectoryNotEmptyException children) {
      return false;
    } catch (FileSystemException busy) {
      return false;
    }
  }
}
