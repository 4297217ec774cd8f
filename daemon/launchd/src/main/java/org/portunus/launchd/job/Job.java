// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.job;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.TaskExit;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.launchd.plist.JobPlist;
import org.portunus.linux.process.Signal;

/**
 * The life of one job.
 *
 * <pre>
 *   from       cause                   to         because
 *   IDLE       DEMAND, KICK            STARTING   a client waits, or an administrator asked
 *   STARTING   READY                   RUNNING    the task says that it serves its ports
 *   STARTING   SPAWN_FAILED            IDLE       bundle or kernel refused: clients are told why
 *   STARTING   ..._TOO_OFTEN           THROTTLED  the fifth in ten seconds, or the fifth start
 *                                                 in a row that never got ready
 *   STARTING   STOP, TIME_OVER         EXITING    ordered, or not ready in START_TIME: killed
 *   STARTING   EXITED, CRASHED         IDLE       ended before it was ready
 *   RUNNING    STOP                    EXITING    ordered: asked to end
 *   RUNNING    PORT_BACK               EXITING    it gave a port back: it will not serve again
 *   RUNNING    EXITED, CRASHED         IDLE       what is queued starts it again at once
 *   any task   CRASHED_TOO_OFTEN       THROTTLED  as above
 *   EXITING    STOP, TIME_OVER         EXITING    killed
 *   EXITING    EXITED, CRASHED         IDLE       gone
 *   THROTTLED  DEMAND                  THROTTLED  clients are told how long it still lasts
 *   THROTTLED  KICK                    STARTING   an administrator knows better
 *   THROTTLED  TIME_OVER               IDLE       the pause is over
 *   DISABLED   DEMAND                  DISABLED   clients are told so
 * </pre>
 *
 * {@link Transitions} is the same table as data. A job starts in IDLE, or in DISABLED for good.
 *
 * <p>Not safe for several threads: the supervisor's thread owns it.
 */
public final class Job {
  /** Crashes within {@link #CRASH_WINDOW} that end in a throttle. */
  public static final int CRASHES = 5;

  /** The event of a demand or kick that the state refuses. */
  public static final String REFUSAL = "job.refuse";

  public static final Duration CRASH_WINDOW = Duration.ofSeconds(10);

  /**
   * Starts in a row that never got ready and that end in a throttle, however long each took. An end
   * before it was ready is a crash also with status 0: whoever waits would start it again at once.
   */
  public static final int FAILED_STARTS = 5;

  /** From the start until it serves. */
  public static final Duration START_TIME = Duration.ofSeconds(30);

  private final JobPlist plist;
  private final LongSupplier nanoTime;
  private final Duration startTime;
  private final Deque<Long> recentCrashes = new ArrayDeque<>();
  private JobState state;
  private OptionalLong wakeAt = OptionalLong.empty();
  private OptionalLong task = OptionalLong.empty();
  private String lastReason = "";
  private Optional<String> lastExit = Optional.empty();
  private String throttleReason = "";
  private boolean ordered;
  private boolean gotReady;
  private int failedStarts;
  private long runs;
  private long crashes;

  /**
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  public Job(JobPlist plist, LongSupplier nanoTime) {
    this(plist, nanoTime, START_TIME);
  }

  /**
   * @param nanoTime a monotonic clock, in nanoseconds
   * @param startTime {@link #START_TIME}, longer on a slow machine
   */
  public Job(JobPlist plist, LongSupplier nanoTime, Duration startTime) {
    this.startTime = startTime;
    this.plist = plist;
    this.nanoTime = nanoTime;
    this.state = plist.disabled() ? JobState.DISABLED : JobState.IDLE;
  }

  public JobPlist plist() {
    return plist;
  }

  public String label() {
    return plist.label();
  }

  public JobState state() {
    return state;
  }

  /** The counter of its task's id, from the kernel's answer to the start until its exit. */
  public OptionalLong task() {
    return task;
  }

  /** How often a task was started. */
  public long runs() {
    return runs;
  }

  public long crashes() {
    return crashes;
  }

  /** Why the last task ended. */
  public Optional<String> lastExit() {
    return lastExit;
  }

  /** When {@link #timePasses} has something to do, by the clock. */
  public OptionalLong wakeAt() {
    return wakeAt;
  }

  /** What is left of the pause; zero without one. */
  public Duration throttledFor() {
    return state == JobState.THROTTLED && wakeAt.isPresent()
        ? Duration.ofNanos(Math.max(0, wakeAt.getAsLong() - nanoTime.getAsLong()))
        : Duration.ZERO;
  }

  /** A message waits in one of its ports. */
  public List<Effect> demand(String service) {
    return step(Cause.DEMAND, "demand for " + service);
  }

  /** An administrator starts it; an old throttle is forgotten. */
  public List<Effect> kick(String by) {
    if (state == JobState.THROTTLED) {
      forgetCrashes();
    }
    return step(Cause.KICK, "kick by " + by);
  }

  /** An administrator ends it. */
  public List<Effect> stop(String by) {
    boolean ends = state == JobState.STARTING || state == JobState.RUNNING;
    ordered |= ends || state == JobState.EXITING;
    return step(Cause.STOP, "stop by " + by);
  }

  /**
   * A launchd before has started a task for it, which is this far; once, before anything happens.
   *
   * @param now STARTING, RUNNING or EXITING
   */
  public List<Effect> adopt(long taskCounter, JobState now) {
    JobState from = state;
    task = OptionalLong.of(taskCounter);
    state = now;
    entered(from);
    runs = 1;
    gotReady = now != JobState.STARTING;
    lastReason = "taken over from the launchd before";
    return List.of(new Effect.Note("job.adopt", lastReason));
  }

  /** The kernel has made the task. An order to end it that came before is repeated. */
  public List<Effect> spawned(long taskCounter) {
    task = OptionalLong.of(taskCounter);
    return state == JobState.EXITING
        ? List.of(new Effect.Kill(lastReason))
        : List.of(new Effect.Note("job.started", lastReason));
  }

  /** The start was refused, by the kernel or because of the bundle. */
  public List<Effect> spawnFailed(String why) {
    lastExit = Optional.of("not started: " + why);
    return step(crashedTooOften() ? Cause.SPAWN_FAILED_TOO_OFTEN : Cause.SPAWN_FAILED, why);
  }

  /** The task serves its ports. */
  public List<Effect> ready() {
    return step(Cause.READY, "it serves its ports");
  }

  /** A receive right came back. */
  public List<Effect> portBack(String service) {
    return step(Cause.PORT_BACK, "gave back " + service);
  }

  /** The kernel reports that the job's task is gone. */
  public List<Effect> exited(TaskExit exit) {
    return exited(exit, Optional.empty());
  }

  /**
   * The same.
   *
   * @param told the signal that its Java machine, as it wrote itself, met before it exited
   */
  public List<Effect> exited(TaskExit exit, Optional<String> told) {
    String why = describe(exit, told) + (gotReady || ordered ? "" : ", before it was ready");
    lastExit = Optional.of(why);
    task = OptionalLong.empty();
    boolean clean = ordered || (gotReady && exit.exitCode() == 0 && exit.reason().isEmpty());
    ordered = false;
    if (clean) {
      return step(Cause.EXITED, why);
    }
    return step(crashedTooOften() ? Cause.CRASHED_TOO_OFTEN : Cause.CRASHED, why);
  }

  private static String describe(TaskExit exit, Optional<String> told) {
    String how =
        exit.signal() != 0
            ? "ended by signal " + exit.signal() + ", " + Signal.name(exit.signal())
            : told.map(name -> "ended by " + name + ", as its Java machine wrote")
                .orElse("exited with status " + exit.exitCode());
    return exit.reason().isEmpty() ? how : how + ": " + exit.reason();
  }

  /** Does what is due by the clock. */
  public List<Effect> timePasses() {
    if (wakeAt.isEmpty() || wakeAt.getAsLong() - nanoTime.getAsLong() > 0) {
      return List.of();
    }
    String why =
        switch (state) {
          case STARTING -> "not ready within " + startTime.toSeconds() + " s";
          case EXITING -> "did not exit within " + plist.exitTimeOut().toSeconds() + " s";
          case THROTTLED -> "the pause is over";
          case IDLE, RUNNING, DISABLED -> "";
        };
    wakeAt = OptionalLong.empty();
    return step(Cause.TIME_OVER, why);
  }

  private boolean crashedTooOften() {
    long now = nanoTime.getAsLong();
    crashes++;
    recentCrashes.addLast(now);
    while (now - recentCrashes.getFirst() > CRASH_WINDOW.toNanos()) {
      recentCrashes.removeFirst();
    }
    failedStarts += gotReady ? 0 : 1;
    if (plist.throttleInterval().isZero()) {
      forgetCrashes();
    }
    if (recentCrashes.size() >= CRASHES) {
      throttleReason = "crashed " + CRASHES + " times within " + CRASH_WINDOW.toSeconds() + " s";
      return true;
    }
    throttleReason = "was " + FAILED_STARTS + " times in a row not ready when it ended";
    return failedStarts >= FAILED_STARTS;
  }

  private void forgetCrashes() {
    recentCrashes.clear();
    failedStarts = 0;
  }

  private List<Effect> step(Cause cause, String reason) {
    Optional<Transitions.Row> row = Transitions.of(state, cause);
    if (row.isEmpty()) {
      return List.of();
    }
    JobState from = state;
    lastReason = reason;
    state = row.get().to();
    if (from != state) {
      entered(from);
    }
    List<Effect> effects = new ArrayList<>();
    Optional<String> event = event(from, cause);
    event.ifPresent(name -> effects.add(new Effect.Note(name, reason)));
    row.get().actions().forEach(action -> effects.add(effect(action, reason)));
    return List.copyOf(effects);
  }

  private void entered(JobState from) {
    wakeAt =
        switch (state) {
          case STARTING -> in(startTime);
          case EXITING ->
              plist.exitTimeOut().isZero() ? OptionalLong.empty() : in(plist.exitTimeOut());
          case THROTTLED -> in(plist.throttleInterval());
          case IDLE, RUNNING, DISABLED -> OptionalLong.empty();
        };
    if (from == JobState.THROTTLED) {
      forgetCrashes();
    }
    if (state == JobState.STARTING) {
      runs++;
      ordered = false;
      gotReady = false;
    }
    if (state == JobState.RUNNING) {
      gotReady = true;
      failedStarts = 0;
    }
  }

  private OptionalLong in(Duration duration) {
    return OptionalLong.of(nanoTime.getAsLong() + duration.toNanos());
  }

  private Optional<String> event(JobState from, Cause cause) {
    return switch (cause) {
      case DEMAND, KICK -> Optional.of(state == JobState.STARTING ? "job.start" : REFUSAL);
      case STOP -> Optional.of("job.stop");
      case READY -> Optional.of("job.running");
      case PORT_BACK -> Optional.of("job.exiting");
      case SPAWN_FAILED -> Optional.of("job.failed");
      case EXITED -> Optional.of("job.exit");
      case CRASHED -> Optional.of("job.crash");
      case SPAWN_FAILED_TOO_OFTEN, CRASHED_TOO_OFTEN -> Optional.of("job.throttle");
      case TIME_OVER -> Optional.of(from == JobState.THROTTLED ? "job.unthrottle" : "job.kill");
    };
  }

  private Effect effect(Transitions.Action action, String reason) {
    return switch (action) {
      case SPAWN -> new Effect.Spawn(reason);
      case TERMINATE -> new Effect.Terminate(reason);
      case KILL -> new Effect.Kill(reason);
      case ARM -> new Effect.Arm();
      case ANSWER_FAILED -> new Effect.Answer(ErrorCode.LAUNCH_FAILED, label() + ": " + reason);
      case ANSWER_THROTTLED ->
          new Effect.Answer(
              ErrorCode.THROTTLED,
              label()
                  + " "
                  + throttleReason
                  + "; next start possible in "
                  + throttledFor().toMillis()
                  + " ms; last end: "
                  + lastExit.orElse("unknown"));
      case ANSWER_DISABLED ->
          new Effect.Answer(ErrorCode.LAUNCH_FAILED, label() + " is disabled by its property list");
    };
  }
}
