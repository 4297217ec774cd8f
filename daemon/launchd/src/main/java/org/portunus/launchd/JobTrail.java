// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.portunus.abi.id.EventId;
import org.portunus.launchd.job.Job;

/**
 * What was recorded of a job last, so that what follows can name it as its cause. What a job's
 * table decides follows from the state that the event before it made; a stop and an end in good
 * order follow from what is outside.
 *
 * <p>Not thread-safe: the supervisor's thread.
 */
final class JobTrail {
  private static final Set<String> FROM_OUTSIDE = Set.of("job.stop", "job.exiting", "job.load");
  private static final Set<String> BAD_ENDS =
      Set.of("job.crash", "job.throttle", "job.unthrottle", "job.failed");
  private static final String START = "job.start";
  private static final String THROTTLE = "job.throttle";

  private final Deque<EventId> crashes = new ArrayDeque<>();
  private List<EventId> refusedBundle = List.of();
  private String last = "";
  private Optional<EventId> lastId = Optional.empty();

  /**
   * What led to an event that is about to be recorded.
   *
   * @param given what is known to have, nearest first
   */
  List<EventId> causesOf(String event, List<EventId> given) {
    List<EventId> causes = new ArrayList<>(given);
    if (given.isEmpty() && !FROM_OUTSIDE.contains(event)) {
      if (!event.equals(START) || BAD_ENDS.contains(last)) {
        lastId.ifPresent(causes::add);
      }
    }
    if (event.equals(THROTTLE)) {
      causes.addAll(crashes);
    }
    if (event.equals("job.failed")) {
      causes.addAll(refusedBundle);
    }
    return List.copyOf(causes);
  }

  /** It was recorded. A refusal changes nothing of the job. */
  void recorded(String event, EventId id) {
    if (event.equals(Job.REFUSAL)) {
      return;
    }
    last = event;
    lastId = Optional.of(id);
    if (event.equals("job.crash") || event.equals("job.failed")) {
      crashes.addFirst(id);
      while (crashes.size() >= Job.CRASHES) {
        crashes.removeLast();
      }
    }
    if (event.equals(THROTTLE) || event.equals("job.exit")) {
      crashes.clear();
    }
  }

  /** Its bundle could not be read when nobody had asked for it yet. */
  void bundleRefused(EventId id) {
    refusedBundle = List.of(id);
  }

  /** The latest event, of which a refusal to a client is a consequence. */
  Optional<EventId> latest() {
    return lastId;
  }
}
