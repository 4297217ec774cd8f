// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.wire.TaskExit;
import org.portunus.interfaces.launchd.JobState;
import org.portunus.launchd.plist.JobPlist;

class JobTest {
  private long now = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

  private Job job(String more) {
    String text =
        """
        <plist version="1.0"><dict><key>Label</key><string>j</string>
        <key>MachServices</key><dict><key>s</key><true/></dict>%s
        <key>Portunus</key><dict><key>Bundle</key><string>b</string></dict>
        </dict></plist>
        """
            .formatted(more);
    return new Job(JobPlist.read("j.plist", text.getBytes(StandardCharsets.UTF_8)), () -> now);
  }

  private static TaskExit exit(int code, int signal, String reason) {
    return new TaskExit(7, code, signal, 0, 0, 0, reason);
  }

  private static final TaskExit CLEAN = exit(0, 0, "");
  private static final TaskExit KILLED = exit(-1, 9, "");

  private void crash(Job job) {
    if (job.state() == JobState.IDLE) {
      job.demand("s");
    }
    job.spawned(7);
    job.ready();
    job.exited(KILLED);
  }

  private Job throttled() {
    Job job = job("");
    for (int i = 0; i < Job.CRASHES; i++) {
      crash(job);
    }
    return job;
  }

  /** A job in the state, by the shortest way. */
  private Job in(JobState state) {
    Job job = state == JobState.DISABLED ? job("<key>Disabled</key><true/>") : job("");
    switch (state) {
      case IDLE, DISABLED -> {}
      case STARTING -> job.demand("s");
      case RUNNING -> {
        job.demand("s");
        job.spawned(7);
        job.ready();
      }
      case EXITING -> {
        job.demand("s");
        job.spawned(7);
        job.ready();
        job.portBack("s");
      }
      case THROTTLED -> job = throttled();
    }
    assertThat(job.state()).isEqualTo(state);
    return job;
  }

  /** Makes it happen; false if it can't be told apart from another cause in this state. */
  private boolean happen(Job job, Cause cause) {
    switch (cause) {
      case DEMAND -> job.demand("s");
      case KICK -> job.kick("root");
      case STOP -> job.stop("root");
      case READY -> job.ready();
      case PORT_BACK -> job.portBack("s");
      case SPAWN_FAILED -> job.spawnFailed("no");
      case EXITED -> job.exited(CLEAN);
      case CRASHED -> job.exited(KILLED);
      case TIME_OVER -> {
        now += Duration.ofDays(1).toNanos();
        job.timePasses();
      }
      case SPAWN_FAILED_TOO_OFTEN, CRASHED_TOO_OFTEN -> {
        return false;
      }
    }
    return true;
  }

  @Test
  void everyPairOfStateAndCauseFollowsTheTable() {
    Set<Transitions.Row> walked = new java.util.HashSet<>();
    for (JobState state : JobState.values()) {
      for (Cause cause : Cause.values()) {
        Job job = in(state);
        boolean timed = job.wakeAt().isPresent();
        if (!happen(job, cause)) {
          continue;
        }
        var row = Transitions.of(state, cause);
        JobState expected =
            row.filter(r -> cause != Cause.TIME_OVER || timed)
                .map(Transitions.Row::to)
                .orElse(state);
        assertThat(job.state()).as("%s %s", state, cause).isEqualTo(expected);
        row.ifPresent(walked::add);
      }
    }
    for (JobState state : List.of(JobState.STARTING, JobState.RUNNING, JobState.EXITING)) {
      walked.add(oneTooMany(state, Cause.CRASHED_TOO_OFTEN));
    }
    for (JobState state : List.of(JobState.STARTING, JobState.EXITING)) {
      Job job = in(state);
      assertThat(happen(job, Cause.SPAWN_FAILED)).isTrue();
      assertThat(job.state()).isEqualTo(JobState.IDLE);
      walked.add(oneTooMany(state, Cause.SPAWN_FAILED_TOO_OFTEN));
    }
    assertThat(walked).containsExactlyInAnyOrderElementsOf(Transitions.ROWS);
  }

  private Transitions.Row oneTooMany(JobState state, Cause cause) {
    Job job = job("");
    for (int i = 1; i < Job.CRASHES; i++) {
      crash(job);
    }
    job.demand("s");
    if (state != JobState.STARTING) {
      job.spawned(7);
      job.ready();
    }
    if (state == JobState.EXITING) {
      job.portBack("s");
    }
    if (cause == Cause.CRASHED_TOO_OFTEN) {
      job.exited(KILLED);
    } else {
      job.spawnFailed("no");
    }
    assertThat(job.state()).as("%s %s", state, cause).isEqualTo(JobState.THROTTLED);
    return Transitions.of(state, cause).orElseThrow();
  }

  @Test
  void tableHasOneRowAPair() {
    assertThat(
            Transitions.ROWS.stream()
                .map(row -> row.from() + " " + row.cause())
                .collect(Collectors.toSet()))
        .hasSize(Transitions.ROWS.size());
  }

  @Test
  void demandStartsItWithTheReason() {
    Job job = job("");
    assertThat(job.demand("s"))
        .containsExactly(
            new Effect.Note("job.start", "demand for s"), new Effect.Spawn("demand for s"));
    assertThat(job.runs()).isEqualTo(1);
    assertThat(job.demand("s")).isEmpty();
    assertThat(job.spawned(7)).containsExactly(new Effect.Note("job.started", "demand for s"));
    assertThat(job.task()).hasValue(7);
  }

  @Test
  void crashesRestartAtOnceUntilTheFifthInTenSeconds() {
    Job job = job("");
    for (int i = 1; i < Job.CRASHES; i++) {
      crash(job);
      assertThat(job.state()).isEqualTo(JobState.IDLE);
    }
    crash(job);
    assertThat(job.state()).isEqualTo(JobState.THROTTLED);
    assertThat(job.throttledFor()).isEqualTo(Duration.ofSeconds(10));
    now += Duration.ofSeconds(4).toNanos();
    List<Effect> effects = job.demand("s");
    assertThat(effects).hasSize(3).endsWith(new Effect.Arm());
    assertThat(effects.get(1))
        .isInstanceOfSatisfying(
            Effect.Answer.class,
            answer -> {
              assertThat(answer.code()).isEqualTo(ErrorCode.THROTTLED);
              assertThat(answer.text()).contains("6000 ms").contains("signal 9");
            });
    assertThat(job.timePasses()).isEmpty();
    now += Duration.ofSeconds(6).toNanos();
    assertThat(job.timePasses())
        .containsExactly(new Effect.Note("job.unthrottle", "the pause is over"), new Effect.Arm());
    crash(job);
    assertThat(job.state()).isEqualTo(JobState.IDLE);
    assertThat(job.crashes()).isEqualTo(6);
  }

  @Test
  void slowCrashesAndCleanExitsNeverThrottle() {
    Job job = job("");
    for (int i = 0; i < 50; i++) {
      crash(job);
      assertThat(job.state()).isEqualTo(JobState.IDLE);
      now += Duration.ofMillis(2501).toNanos();
    }
    for (int i = 0; i < 50; i++) {
      job.demand("s");
      job.spawned(7);
      job.ready();
      job.exited(CLEAN);
      assertThat(job.state()).isEqualTo(JobState.IDLE);
    }
    assertThat(job.crashes()).isEqualTo(50);
  }

  private void failStart(Job job, TaskExit exit) {
    job.demand("s");
    job.spawned(7);
    now += Duration.ofSeconds(25).toNanos();
    job.exited(exit);
  }

  @Test
  void slowStartsThatNeverGetReadyThrottleAtTheFifthInARow() {
    Job job = job("");
    for (int i = 1; i < Job.FAILED_STARTS; i++) {
      failStart(job, KILLED);
      assertThat(job.state()).isEqualTo(JobState.IDLE);
    }
    failStart(job, CLEAN);
    assertThat(job.state()).isEqualTo(JobState.THROTTLED);
    assertThat(job.lastExit()).contains("exited with status 0, before it was ready");
    assertThat(job.demand("s").get(1))
        .isInstanceOfSatisfying(
            Effect.Answer.class,
            answer -> {
              assertThat(answer.code()).isEqualTo(ErrorCode.THROTTLED);
              assertThat(answer.text()).contains("5 times in a row").contains("10000 ms");
            });
    now += Duration.ofSeconds(10).toNanos();
    job.timePasses();
    failStart(job, KILLED);
    assertThat(job.state()).isEqualTo(JobState.IDLE);
  }

  @Test
  void oneGoodStartEndsTheRowOfFailedOnes() {
    Job job = job("");
    for (int i = 1; i < Job.FAILED_STARTS; i++) {
      failStart(job, KILLED);
    }
    crash(job);
    now += Job.CRASH_WINDOW.toNanos() + 1;
    for (int i = 1; i < Job.FAILED_STARTS; i++) {
      failStart(job, KILLED);
      assertThat(job.state()).isEqualTo(JobState.IDLE);
    }
  }

  @Test
  void anIntervalOfZeroNeverThrottles() {
    Job job = job("<key>ThrottleInterval</key><integer>0</integer>");
    for (int i = 0; i < 50; i++) {
      crash(job);
      failStart(job, KILLED);
    }
    assertThat(job.state()).isEqualTo(JobState.IDLE);
  }

  @Test
  void failedStartsAreAnsweredAndCount() {
    Job job = job("");
    for (int i = 1; i <= Job.CRASHES; i++) {
      job.demand("s");
      assertThat(job.spawnFailed("bundle.refused: a link"))
          .contains(
              new Effect.Answer(ErrorCode.LAUNCH_FAILED, "j: bundle.refused: a link"),
              new Effect.Arm());
    }
    assertThat(job.state()).isEqualTo(JobState.THROTTLED);
    assertThat(job.lastExit()).contains("not started: bundle.refused: a link");
  }

  @Test
  void aKickEndsTheThrottle() {
    Job job = throttled();
    assertThat(job.kick("root")).contains(new Effect.Spawn("kick by root"));
    assertThat(job.throttledFor()).isZero();
    job.spawned(8);
    job.exited(KILLED);
    assertThat(job.state()).isEqualTo(JobState.IDLE);
  }

  @Test
  void anOrderedEndIsNoCrash() {
    Job job = in(JobState.RUNNING);
    assertThat(job.stop("root")).contains(new Effect.Terminate("stop by root"));
    assertThat(job.stop("root")).contains(new Effect.Kill("stop by root"));
    job.exited(KILLED);
    assertThat(job.state()).isEqualTo(JobState.IDLE);
    assertThat(job.crashes()).isZero();
    job.demand("s");
    job.exited(KILLED);
    assertThat(job.crashes()).isEqualTo(1);
  }

  @Test
  void aTaskOfALaunchdBeforeIsItsOwn() {
    Job running = job("");
    assertThat(running.adopt(7, JobState.RUNNING))
        .containsExactly(new Effect.Note("job.adopt", "taken over from the launchd before"));
    assertThat(running.state()).isEqualTo(JobState.RUNNING);
    assertThat(running.task()).hasValue(7);
    assertThat(running.runs()).isEqualTo(1);
    assertThat(running.demand("s")).isEmpty();
    running.exited(CLEAN);
    assertThat(running.state()).isEqualTo(JobState.IDLE);
    assertThat(running.crashes()).isZero();
    assertThat(running.demand("s")).contains(new Effect.Spawn("demand for s"));
    assertThat(running.runs()).isEqualTo(2);
  }

  @Test
  void theLimitsOfAnAdoptedTaskAreThoseOfItsState() {
    Job starting = job("");
    starting.adopt(7, JobState.STARTING);
    now += Job.START_TIME.toNanos();
    assertThat(starting.timePasses()).contains(new Effect.Kill("not ready within 30 s"));
    Job unready = job("");
    unready.adopt(7, JobState.STARTING);
    unready.exited(CLEAN);
    assertThat(unready.crashes()).as("an end before it was ready").isEqualTo(1);
    Job exiting = job("");
    exiting.adopt(7, JobState.EXITING);
    now += Duration.ofSeconds(20).toNanos();
    assertThat(exiting.timePasses()).contains(new Effect.Kill("did not exit within 20 s"));
    exiting.exited(KILLED);
    assertThat(exiting.state()).isEqualTo(JobState.IDLE);
  }

  @Test
  void anOrderBeforeTheTaskIsKnownIsKept() {
    Job job = in(JobState.STARTING);
    job.stop("root");
    assertThat(job.spawned(9)).containsExactly(new Effect.Kill("stop by root"));
  }

  @Test
  void whatIsNeverReadyOrNeverGoneIsKilled() {
    Job starting = in(JobState.STARTING);
    now += Job.START_TIME.toNanos();
    assertThat(starting.timePasses()).contains(new Effect.Kill("not ready within 30 s"));
    Job exiting = in(JobState.EXITING);
    now += Duration.ofSeconds(20).toNanos() - 1;
    assertThat(exiting.timePasses()).isEmpty();
    now++;
    assertThat(exiting.timePasses()).contains(new Effect.Kill("did not exit within 20 s"));
  }

  @Test
  void aReasonOfTheKernelMakesAnyExitACrash() {
    Job job = in(JobState.RUNNING);
    job.exited(exit(-1, 9, "limit.time: connection 1 call 2 (client task-0-3)"));
    assertThat(job.lastExit())
        .contains("ended by signal 9, SIGKILL: limit.time: connection 1 call 2 (client task-0-3)");
    assertThat(job.crashes()).isEqualTo(1);
  }

  @Test
  void noSequenceOfCausesLosesAnOrderOrAPort() {
    Random random = new Random(3);
    Cause[] causes =
        Arrays.stream(Cause.values())
            .filter(
                c -> !EnumSet.of(Cause.SPAWN_FAILED_TOO_OFTEN, Cause.CRASHED_TOO_OFTEN).contains(c))
            .toArray(Cause[]::new);
    for (int run = 0; run < 200; run++) {
      Job job = job("");
      List<String> path = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        JobState from = job.state();
        Cause cause = causes[random.nextInt(causes.length)];
        path.add(from + " " + cause);
        boolean timed = job.wakeAt().isPresent();
        assertThat(happen(job, cause)).isTrue();
        if (from != job.state()) {
          assertThat(Transitions.ROWS)
              .as("seed 3: %s", path)
              .anyMatch(row -> row.from() == from && row.to() == job.state());
        }
        assertThat(cause == Cause.TIME_OVER && !timed && from != job.state()).isFalse();
      }
    }
  }
}
