// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox.limits;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The control groups of one instance, cgroups(7) version 1: a group for the instance below the
 * caller's own in each hierarchy, and one below it for each task.
 *
 * <p>Made for root, whose tasks have a uid that no group limits by itself. Elsewhere resource
 * limits stand in, and {@code doctor} says what is weaker.
 */
public final class CgroupTree {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final String MEMORY_KILLS = "oom_kill ";
  private static final String PREFIX = "portunus-";
  private static final int BUBBLEWRAP = 2; // its outer process, and a moment of a second one

  private final String instance;
  private final Map<Controller, Path> instances;

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

  private CgroupTree(String instance, Map<Controller, Path> instances) {
    this.instance = instance;
    this.instances = instances;
  }

  /**
   * Where groups can be made, by controller: those whose hierarchy is mounted in version 1 and
   * whose group of the caller it may write to.
   *
   * @param mount {@code /sys/fs/cgroup}
   * @param own the lines of {@code /proc/self/cgroup}
   */
  public static Map<Controller, Path> available(Path mount, List<String> own) {
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

  /**
   * Makes the instance's groups, or takes over those that exist; empty where memory or processes
   * can't be limited so.
   *
   * @param instance its name, unique on this machine
   */
  public static Optional<CgroupTree> create(
      Map<Controller, Path> available, String instance, Optional<Limits> limits)
      throws IOException {
    if (!available.containsKey(Controller.MEMORY) || !available.containsKey(Controller.PIDS)) {
      return Optional.empty();
    }
    Map<Controller, Path> groups = new EnumMap<>(Controller.class);
    for (Map.Entry<Controller, Path> entry : available.entrySet()) {
      Path group = entry.getValue().resolve(PREFIX + checked(instance));
      Files.createDirectories(group);
      groups.put(entry.getKey(), group);
      if (limits.isPresent()) {
        set(entry.getKey(), group, limits.get());
      }
    }
    return Optional.of(new CgroupTree(instance, groups));
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
    List<Path> groups = new ArrayList<>();
    for (Map.Entry<Controller, Path> entry : instances.entrySet()) {
      Path group = entry.getValue().resolve(checked(task));
      Files.createDirectory(group);
      groups.add(group);
      set(entry.getKey(), group, limits);
    }
    return groups;
  }

  private static void set(Controller controller, Path group, Limits limits) throws IOException {
    switch (controller) {
      case MEMORY -> {
        String bytes = Long.toString(limits.memoryBytes());
        Files.writeString(group.resolve("memory.limit_in_bytes"), bytes);
        Path withSwap = group.resolve("memory.memsw.limit_in_bytes");
        if (Files.exists(withSwap)) {
          Files.writeString(withSwap, bytes);
        }
      }
      case PIDS ->
          Files.writeString(
              group.resolve("pids.max"), Integer.toString(limits.processes() + BUBBLEWRAP));
      case CPU ->
          Files.writeString(group.resolve("cpu.shares"), Integer.toString(limits.cpuShares()));
    }
  }

  /** How many processes of a task were killed because its memory was used up. */
  public long memoryKills(String task) throws IOException {
    Path memory = instances.get(Controller.MEMORY);
    if (memory == null) {
      return 0;
    }
    try (Stream<String> lines =
        Files.lines(memory.resolve(checked(task)).resolve("memory.oom_control"))) {
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
    for (Path parent : instances.values()) {
      gone &= remove(parent.resolve(checked(task)));
    }
    return gone;
  }

  /** Removes the groups of all tasks and the instance's own; false while a process is in one. */
  public boolean removeAll() throws IOException {
    boolean gone = true;
    for (Path group : instances.values()) {
      if (Files.isDirectory(group)) {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(group, Files::isDirectory)) {
          for (Path task : tasks) {
            gone &= remove(task);
          }
        }
        gone &= remove(group);
      }
    }
    return gone;
  }

  /** Numbers of the processes that are in a group of the instance now: for waiting only. */
  public Set<Integer> processes() throws IOException {
    Set<Integer> found = new TreeSet<>();
    for (Path group : instances.values()) {
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
