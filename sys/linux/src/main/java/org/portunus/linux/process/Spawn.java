// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.portunus.linux.arch.Layouts.SpawnStructures;
import org.portunus.linux.arch.OpenFlag;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.call.SystemCall.LibraryFunction;
import org.portunus.linux.file.Descriptor;

/**
 * What a child shall be, and its start by posix_spawn(3).
 *
 * <p>The child gets exactly the descriptors named here; 0, 1 and 2 are /dev/null unless named. Its
 * environment is what is named and nothing else; every signal has its default action and none is
 * blocked.
 */
public final class Spawn {
  private static final int SET_SIGNAL_DEFAULTS = 0x04;
  private static final int SET_SIGNAL_MASK = 0x08;
  private static final int SET_SESSION = 0x80;
  private static final int STANDARD_DESCRIPTORS = 3;

  private final String program;
  private final List<String> arguments;
  private final Map<String, String> environment = new TreeMap<>();
  private final TreeMap<Integer, Integer> descriptors = new TreeMap<>();
  private Optional<Path> directory = Optional.empty();
  private int flags = SET_SIGNAL_DEFAULTS | SET_SIGNAL_MASK;

  private Spawn(String program, List<String> arguments) {
    this.program = program;
    this.arguments = List.copyOf(arguments);
  }

  /**
   * A child that executes this file.
   *
   * @param program a path, absolute or with a slash; no search is made
   * @param arguments the whole argument vector, its first being the name by custom
   */
  public static Spawn of(String program, List<String> arguments) {
    return new Spawn(program, arguments);
  }

  /** Adds one environment variable. */
  public Spawn environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Adds environment variables. */
  public Spawn environment(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  /** Gives the child this descriptor under the number {@code to}; it must stay open till start. */
  public Spawn descriptor(Descriptor from, int to) {
    return descriptor(from.raw(), to);
  }

  /** Gives the child a raw descriptor of this process, such as 2, under the number {@code to}. */
  public Spawn descriptor(int from, int to) {
    if (descriptors.putIfAbsent(to, from) != null) {
      throw new IllegalArgumentException("the child's descriptor " + to + " is named twice");
    }
    return this;
  }

  /** Starts the child in this directory instead of the current one. */
  public Spawn directory(Path path) {
    directory = Optional.of(path);
    return this;
  }

  /** Makes the child the leader of a new session, setsid(2). */
  public Spawn newSession() {
    flags |= SET_SESSION;
    return this;
  }

  /**
   * Starts it. Parent-death signals are per thread: spawn from a thread that stays (rule C6).
   *
   * @throws LinuxException when the file can't be executed or a limit is met
   */
  public Child start() throws LinuxException {
    List<Descriptor> moved = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment actions = arena.allocate(SpawnStructures.FILE_ACTIONS_SIZE, 16);
      MemorySegment attributes = arena.allocate(SpawnStructures.ATTRIBUTES_SIZE, 16);
      MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
      check("posix_spawn_file_actions_init", Library.ACTIONS_INIT, actions.address());
      check("posix_spawnattr_init", Library.ATTRIBUTES_INIT, attributes.address());
      try {
        addActions(actions, arena, moved);
        setAttributes(attributes, arena);
        int result =
            Library.SPAWN.invoke(
                pid.address(),
                arena.allocateFrom(program).address(),
                actions.address(),
                attributes.address(),
                vector(arguments, arena),
                vector(environmentEntries(), arena));
        LinuxException.check("posix_spawn " + program, -result);
      } finally {
        check("posix_spawn_file_actions_destroy", Library.ACTIONS_DESTROY, actions.address());
      }
      return Child.adopt(pid.get(ValueLayout.JAVA_INT, 0));
    } finally {
      moved.forEach(Descriptor::close);
    }
  }

  /** Sources that a target would overwrite are first duplicated above all targets. */
  private void addActions(MemorySegment actions, Arena arena, List<Descriptor> moved)
      throws LinuxException {
    int above =
        Math.max(STANDARD_DESCRIPTORS, descriptors.isEmpty() ? 0 : descriptors.lastKey() + 1);
    if (directory.isPresent()) {
      check(
          "posix_spawn_file_actions_addchdir_np",
          Library.ADD_CHANGE_DIRECTORY,
          actions.address(),
          arena.allocateFrom(directory.get().toString()).address());
    }
    TreeMap<Integer, Integer> sources = new TreeMap<>();
    for (Map.Entry<Integer, Integer> entry : descriptors.entrySet()) {
      int to = entry.getKey();
      int from = entry.getValue();
      if (from != to && from < above) {
        Descriptor copy = Descriptor.duplicateRaw(from, above);
        moved.add(copy);
        from = copy.raw();
      }
      sources.put(to, from);
    }
    long nullDevice = arena.allocateFrom("/dev/null").address();
    for (int to = 0; to < above; to++) {
      Integer from = sources.get(to);
      if (from != null) {
        check("adddup2", Library.ADD_DUPLICATE, actions.address(), from, to);
      } else if (to < STANDARD_DESCRIPTORS) {
        check("addopen", Library.ADD_OPEN, actions.address(), to, nullDevice, OpenFlag.READ_WRITE);
      } else {
        check("addclose", Library.ADD_CLOSE, actions.address(), to);
      }
    }
    check("addclosefrom_np", Library.ADD_CLOSE_FROM, actions.address(), above);
  }

  private void setAttributes(MemorySegment attributes, Arena arena) throws LinuxException {
    MemorySegment none = arena.allocate(SpawnStructures.SIGNAL_SET_SIZE, 8);
    MemorySegment all = arena.allocate(SpawnStructures.SIGNAL_SET_SIZE, 8);
    check("sigfillset", Library.FILL_SIGNAL_SET, all.address());
    check("setsigmask", Library.SET_MASK, attributes.address(), none.address());
    check("setsigdefault", Library.SET_DEFAULTS, attributes.address(), all.address());
    check("setflags", Library.SET_FLAGS, attributes.address(), flags);
  }

  private List<String> environmentEntries() {
    List<String> entries = new ArrayList<>(environment.size());
    environment.forEach((name, value) -> entries.add(name + "=" + value));
    return entries;
  }

  private static long vector(List<String> strings, Arena arena) {
    MemorySegment vector = arena.allocate(ValueLayout.JAVA_LONG, strings.size() + 1L);
    for (int i = 0; i < strings.size(); i++) {
      vector.setAtIndex(ValueLayout.JAVA_LONG, i, arena.allocateFrom(strings.get(i)).address());
    }
    return vector.address();
  }

  private static void check(String name, LibraryFunction function, long... arguments)
      throws LinuxException {
    long[] six = Arrays.copyOf(arguments, 6);
    LinuxException.check(name, -function.invoke(six[0], six[1], six[2], six[3], six[4], six[5]));
  }

  /** glibc's functions, posix_spawn(3); the last of them came with glibc 2.34. */
  private static final class Library {
    static final LibraryFunction SPAWN = LibraryFunction.of("posix_spawn");
    static final LibraryFunction ACTIONS_INIT = LibraryFunction.of("posix_spawn_file_actions_init");
    static final LibraryFunction ACTIONS_DESTROY =
        LibraryFunction.of("posix_spawn_file_actions_destroy");
    static final LibraryFunction ADD_DUPLICATE =
        LibraryFunction.of("posix_spawn_file_actions_adddup2");
    static final LibraryFunction ADD_OPEN = LibraryFunction.of("posix_spawn_file_actions_addopen");
    static final LibraryFunction ADD_CLOSE =
        LibraryFunction.of("posix_spawn_file_actions_addclose");
    static final LibraryFunction ADD_CLOSE_FROM =
        LibraryFunction.of("posix_spawn_file_actions_addclosefrom_np");
    static final LibraryFunction ADD_CHANGE_DIRECTORY =
        LibraryFunction.of("posix_spawn_file_actions_addchdir_np");
    static final LibraryFunction ATTRIBUTES_INIT = LibraryFunction.of("posix_spawnattr_init");
    static final LibraryFunction SET_FLAGS = LibraryFunction.of("posix_spawnattr_setflags");
    static final LibraryFunction SET_MASK = LibraryFunction.of("posix_spawnattr_setsigmask");
    static final LibraryFunction SET_DEFAULTS = LibraryFunction.of("posix_spawnattr_setsigdefault");
    static final LibraryFunction FILL_SIGNAL_SET = LibraryFunction.of("sigfillset");

    private Library() {}
  }
}
