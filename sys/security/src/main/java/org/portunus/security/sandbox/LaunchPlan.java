// SPDX-License-Identifier: Apache-2.0
package org.portunus.security.sandbox;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.portunus.linux.entry.EntryImage;
import org.portunus.linux.entry.EntryTable;
import org.portunus.security.sandbox.filter.TaskFilter;

/**
 * Everything that one launch executes, as plain values: the outer entry, which leaves root and
 * executes bubblewrap, bubblewrap's arguments, the inner entry, which confines itself inside and
 * executes Java, and Java's command line.
 *
 * <p>The spawner starts the {@link #outerImage} as {@link #OUTER_PROGRAM} with exactly these
 * descriptors:
 *
 * <pre>
 * 0     /dev/null                       4  memory file with the {@link #innerImage}, at offset 0
 * 1, 2  log pipes                       5  pipe: bubblewrap writes JSON with "child-pid"
 * 3     the task's end of the kernel    6  executable memory file with the {@link #outerImage}
 *       socket                          7  pipe: an entry that fails writes an EntryFailure
 * 8...  sealed memory files with the files of the request, at offset 0
 * </pre>
 *
 * <p>{@code child-pid} is the Java process itself (process 1 of its own namespace). None of 4 and
 * above is left open in it. The started process is bubblewrap, outside; it ends with the task, and
 * the task with it.
 */
public final class LaunchPlan {
  public static final int KERNEL_SOCKET = 3;
  public static final int INNER_IMAGE = 4;
  public static final int INFORMATION = 5;
  public static final int OUTER_IMAGE = 6;
  public static final int REPORT = 7;

  /** The first of the files that the task sees; the others follow. */
  public static final int FILES = 8;

  /** What the spawner executes; the number is that of the new process. */
  public static final String OUTER_PROGRAM = "/proc/self/fd/" + OUTER_IMAGE;

  private static final Pattern CHILD_PID = Pattern.compile("\"child-pid\":\\s*(\\d{1,9})\\b");

  private final EntryTable outer;
  private final List<String> bubblewrap;
  private final EntryTable inner;
  private final List<String> java;
  private final Map<String, String> environment;
  private final SandboxExpectation expectation;

  private LaunchPlan(SandboxHost host, LaunchRequest request, Set<SandboxLayer> layers) {
    SandboxView view =
        layers.contains(SandboxLayer.MOUNTS)
            ? SandboxView.of(host, request)
            : SandboxView.unconfined(host, request);
    byte[] second =
        layers.contains(SandboxLayer.FILTER_TWO)
            ? filter(request, Stage.SECOND).program().toBytes()
            : new byte[0];
    this.java = List.copyOf(JavaCommand.arguments(request, view.jdk(), view.system(), second));
    this.environment = JavaCommand.environment(view.jdk(), request.hasLibraries());
    this.bubblewrap = BubblewrapCommand.arguments(host, view, layers);
    this.inner = Entries.inner(host, request, view, layers, java, environment);
    this.outer = Entries.outer(host, request, layers, bubblewrap);
    this.expectation = SandboxExpectation.of(host, request, view, layers);
  }

  /** Computes the plan of a launch. */
  public static LaunchPlan of(SandboxHost host, LaunchRequest request) {
    return new LaunchPlan(host, request, EnumSet.allOf(SandboxLayer.class));
  }

  /** A plan with layers removed, for the conformance suites alone. */
  static LaunchPlan without(SandboxHost host, LaunchRequest request, Set<SandboxLayer> removed) {
    EnumSet<SandboxLayer> layers = EnumSet.allOf(SandboxLayer.class);
    layers.removeAll(removed);
    return new LaunchPlan(host, request, layers);
  }

  /** Which of a profile's two filters. */
  enum Stage {
    FIRST,
    SECOND
  }

  static TaskFilter filter(LaunchRequest request, Stage stage) {
    return switch (request.profile()) {
      case JAVA_SERVICE ->
          stage == Stage.FIRST ? TaskFilter.SERVICE_FIRST : TaskFilter.SERVICE_SECOND;
      case DEVELOPMENT_SERVICE ->
          stage == Stage.FIRST ? TaskFilter.DEVELOPMENT_FIRST : TaskFilter.DEVELOPMENT_SECOND;
      case DAEMON -> stage == Stage.FIRST ? TaskFilter.DAEMON_FIRST : TaskFilter.DAEMON_SECOND;
    };
  }

  /**
   * The Java process's pid in the spawner's namespace, from what bubblewrap wrote to {@link
   * #INFORMATION}; empty when it wrote none, since it failed before.
   */
  public static OptionalInt childPid(String information) {
    Matcher matcher = CHILD_PID.matcher(information);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /** The program that the spawner executes. */
  public byte[] outerImage() {
    return EntryImage.emit(outer);
  }

  /** The program that bubblewrap executes. */
  public byte[] innerImage() {
    return EntryImage.emit(inner);
  }

  /** The rows of the outer entry, to explain an EntryFailure of the launch. */
  public EntryTable outer() {
    return outer;
  }

  /** The rows of the inner entry. */
  public EntryTable inner() {
    return inner;
  }

  /** bubblewrap's argument vector, its name first. */
  public List<String> bubblewrap() {
    return bubblewrap;
  }

  /** Java's argument vector, its path first. */
  public List<String> java() {
    return java;
  }

  /** Java's whole environment. */
  public Map<String, String> environment() {
    return Collections.unmodifiableMap(environment);
  }

  /** What {@link SandboxVerification} compares the started task with. */
  public SandboxExpectation expectation() {
    return expectation;
  }
}
