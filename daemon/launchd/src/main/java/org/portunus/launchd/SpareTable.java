// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.function.LongSupplier;
import org.portunus.abi.wire.LaunchClass;
import org.portunus.launchd.log.StreamPump;

/**
 * Which spares there are and which are wanted: one for each class of launch, those of the latest
 * launches first, up to a bound. It decides; the supervisor carries out. One spare starts at a
 * time, and none within {@link #CALM} of a launch, so that a service's first calls have the
 * processors for themselves.
 *
 * <p>A spare that ends before it was used is replaced after a pause that doubles up to {@link
 * #LONGEST_PAUSE}; one that came to wait makes the next pause the shortest again.
 *
 * <pre>
 *   prepare: asked --started--> starting --ready--> waiting --take--> (a job's task)
 *              |                   |                   |
 *              +----- refused -----+------ ended ------+--> a pause
 * </pre>
 *
 * <p>Not thread-safe: the supervisor's thread.
 */
final class SpareTable {
  static final Duration CALM = Duration.ofSeconds(1);
  static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final int most;
  private final LongSupplier nanoTime;
  private final SequencedSet<LaunchClass> wanted = new LinkedHashSet<>();
  private final Map<Long, Spare> spares = new LinkedHashMap<>();
  private Optional<Asked> asked = Optional.empty();
  private long failures;
  private long notBefore;

  /** A spare that the kernel is asked for. */
  private record Asked(LaunchClass kind, StreamPump.Owner output) {}

  /** A spare that the kernel has started. */
  private record Spare(LaunchClass kind, StreamPump.Owner output, Stage stage) {}

  /** How far it is. */
  enum Stage {
    STARTING,
    WAITING
  }

  /** A spare that is used up now. */
  record Taken(long task, StreamPump.Owner output) {}

  /** For reports. */
  record View(long task, LaunchClass kind, Stage stage) {}

  /**
   * @param most spares at once; 0 for none
   */
  SpareTable(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.notBefore = nanoTime.getAsLong();
  }

  int most() {
    return most;
  }

  long failures() {
    return failures;
  }

  /** Launches of this class are likely; of more classes than fit the latest count. */
  void want(LaunchClass kind) {
    wanted.remove(kind);
    wanted.addFirst(kind);
    while (wanted.size() > Math.max(1, most)) {
      wanted.removeLast();
    }
  }

  /** A launch begins now, from whatever. */
  void launching() {
    notBefore = Math.max(notBefore, nanoTime.getAsLong() + CALM.toNanos());
  }

  /** Takes a spare of this class that waits. */
  Optional<Taken> take(LaunchClass kind) {
    for (Map.Entry<Long, Spare> entry : spares.entrySet()) {
      Spare spare = entry.getValue();
      if (spare.kind().equals(kind) && spare.stage() == Stage.WAITING) {
        spares.remove(entry.getKey());
        return Optional.of(new Taken(entry.getKey(), spare.output()));
      }
    }
    return Optional.empty();
  }

  /** The class that a spare is to be started of now. */
  Optional<LaunchClass> due() {
    if (!lacks() || nanoTime.getAsLong() - notBefore < 0) {
      return Optional.empty();
    }
    return missing();
  }

  /** When {@link #due} may change by the clock. */
  OptionalLong wakeAt() {
    return lacks() ? OptionalLong.of(notBefore) : OptionalLong.empty();
  }

  private boolean lacks() {
    boolean starts = spares.values().stream().anyMatch(spare -> spare.stage() == Stage.STARTING);
    return asked.isEmpty() && !starts && spares.size() < most && missing().isPresent();
  }

  private Optional<LaunchClass> missing() {
    return wanted.stream()
        .filter(kind -> spares.values().stream().noneMatch(spare -> spare.kind().equals(kind)))
        .findFirst();
  }

  /** The kernel was asked for one. */
  void asked(LaunchClass kind, StreamPump.Owner output) {
    asked = Optional.of(new Asked(kind, output));
  }

  /** The kernel has started what it was asked for; whose output it is. */
  StreamPump.Owner started(long task) {
    Asked request = asked.orElseThrow();
    asked = Optional.empty();
    spares.put(task, new Spare(request.kind(), request.output(), Stage.STARTING));
    return request.output();
  }

  /** The kernel did not start it, or it could not be asked; returns the pause. */
  Duration refused() {
    asked = Optional.empty();
    return pause();
  }

  /** A spare waits for its code; false if it is none. */
  boolean ready(long task) {
    Spare spare = spares.get(task);
    if (spare == null) {
      return false;
    }
    failures = 0;
    spares.put(task, new Spare(spare.kind(), spare.output(), Stage.WAITING));
    return true;
  }

  /** A task has ended; the pause if it was a spare. */
  Optional<Duration> ended(long task) {
    return spares.remove(task) == null ? Optional.empty() : Optional.of(pause());
  }

  private Duration pause() {
    Duration pause = SHORTEST_PAUSE.multipliedBy(1L << Math.min(failures, 16));
    if (pause.compareTo(LONGEST_PAUSE) > 0) {
      pause = LONGEST_PAUSE;
    }
    failures++;
    notBefore = nanoTime.getAsLong() + pause.toNanos();
    return pause;
  }

  List<View> views() {
    List<View> views = new ArrayList<>();
    spares.forEach((task, spare) -> views.add(new View(task, spare.kind(), spare.stage())));
    return views;
  }
}
