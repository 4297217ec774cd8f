// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.portunus.abi.id.InstanceId;

/**
 * What an instance is started with, as {@code NAME=VALUE} arguments of the broker.
 *
 * @param run folder of the instance: the socket, the log
 * @param jdk home of the JDK for every task
 * @param system folder of our modules: task, kernel, launchd below it
 * @param jobs folder of launchd.plist files
 * @param bundles folder of bundles
 * @param spares most spares at once, 0 to {@value #MAX_SPARES}
 * @param keeping what happens to the run folder at the end
 * @param door name of the listening socket in the run folder until the instance is ready; then it
 *     is put in the place of {@code socket}
 * @param hold file to hold a shared lock on while the instance runs: its version is in use
 */
public record InstanceSettings(
    InstanceId instance,
    Path run,
    Path jdk,
    Path system,
    Path jobs,
    Path bundles,
    int spares,
    Lifeline lifeline,
    Keeping keeping,
    String door,
    Optional<Path> hold) {
  /** The most that may be asked for. */
  public static final int MAX_SPARES = 8;

  /** What ends the instance beside a signal. */
  public enum Lifeline {
    /** The end of the broker's standard input. */
    STDIN,
    NONE
  }

  /** What happens to the run folder when the instance has ended. */
  public enum Keeping {
    /** Removed with all that is in it. */
    NOTHING,
    /** The log stays, the socket goes. */
    LOG
  }

  /**
   * Reads the broker's arguments.
   *
   * @throws IllegalArgumentException naming the argument that is missing, wrong or unknown
   */
  public static InstanceSettings parse(List<String> arguments) {
    Map<String, String> values = new TreeMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 1
          || values.put(argument.substring(0, equals), argument.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("expected NAME=VALUE once each, not " + argument);
      }
    }
    InstanceSettings settings =
        new InstanceSettings(
            InstanceId.parse(take(values, "instance")),
            path(values, "run"),
            path(values, "jdk"),
            path(values, "system"),
            path(values, "jobs"),
            path(values, "bundles"),
            spares(take(values, "spares")),
            Lifeline.valueOf(take(values, "lifeline").toUpperCase(Locale.ROOT)),
            Keeping.valueOf(take(values, "keep").toUpperCase(Locale.ROOT)),
            door(take(values, "door")),
            values.containsKey("hold") ? Optional.of(path(values, "hold")) : Optional.empty());
    if (!values.isEmpty()) {
      throw new IllegalArgumentException("unknown arguments " + values.keySet());
    }
    return settings;
  }

  private static String door(String text) {
    if (!text.equals("socket") && !text.equals("socket.next")) {
      throw new IllegalArgumentException("door must be socket or socket.next, not " + text);
    }
    return text;
  }

  private static int spares(String text) {
    if (!text.matches("[0-9]") || Integer.parseInt(text) > MAX_SPARES) {
      throw new IllegalArgumentException("spares must be 0 to " + MAX_SPARES + ", not " + text);
    }
    return Integer.parseInt(text);
  }

  private static Path path(Map<String, String> values, String name) {
    Path path = Path.of(take(values, name));
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(name + " must be an absolute path, not " + path);
    }
    return path;
  }

  private static String take(Map<String, String> values, String name) {
    String value = values.remove(name);
    if (value == null) {
      throw new IllegalArgumentException("missing argument " + name);
    }
    return value;
  }

  /** The listening socket for programs outside the instance. */
  public Path socket() {
    return run.resolve("socket");
  }

  /** Where the broker listens first. */
  Path doorSocket() {
    return run.resolve(door);
  }

  /** The instance's log. */
  public Path log() {
    return run.resolve("log");
  }
}
