// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.job;

import static org.portunus.interfaces.launchd.JobState.DISABLED;
import static org.portunus.interfaces.launchd.JobState.EXITING;
import static org.portunus.interfaces.launchd.JobState.IDLE;
import static org.portunus.interfaces.launchd.JobState.RUNNING;
import static org.portunus.interfaces.launchd.JobState.STARTING;
import static org.portunus.interfaces.launchd.JobState.THROTTLED;
import static org.portunus.launchd.job.Cause.CRASHED;
import static org.portunus.launchd.job.Cause.CRASHED_TOO_OFTEN;
import static org.portunus.launchd.job.Cause.DEMAND;
import static org.portunus.launchd.job.Cause.EXITED;
import static org.portunus.launchd.job.Cause.KICK;
import static org.portunus.launchd.job.Cause.PORT_BACK;
import static org.portunus.launchd.job.Cause.READY;
import static org.portunus.launchd.job.Cause.SPAWN_FAILED;
import static org.portunus.launchd.job.Cause.SPAWN_FAILED_TOO_OFTEN;
import static org.portunus.launchd.job.Cause.STOP;
import static org.portunus.launchd.job.Cause.TIME_OVER;

import java.util.List;
import java.util.Optional;
import org.portunus.interfaces.launchd.JobState;

/** The table of {@link Job} as data. A pair of state and cause without a row changes nothing. */
public final class Transitions {
  /** What a row does besides changing the state. */
  public enum Action {
    SPAWN,
    TERMINATE,
    KILL,
    ARM,
    ANSWER_FAILED,
    ANSWER_THROTTLED,
    ANSWER_DISABLED
  }

  /** One arrow. */
  public record Row(JobState from, Cause cause, JobState to, List<Action> actions) {}

  /** All arrows. */
  public static final List<Row> ROWS =
      List.of(
          row(IDLE, DEMAND, STARTING, Action.SPAWN),
          row(IDLE, KICK, STARTING, Action.SPAWN),
          row(STARTING, READY, RUNNING),
          row(STARTING, SPAWN_FAILED, IDLE, Action.ANSWER_FAILED, Action.ARM),
          row(STARTING, SPAWN_FAILED_TOO_OFTEN, THROTTLED, Action.ANSWER_FAILED, Action.ARM),
          row(STARTING, STOP, EXITING, Action.KILL),
          row(STARTING, PORT_BACK, EXITING),
          row(STARTING, TIME_OVER, EXITING, Action.KILL),
          row(STARTING, EXITED, IDLE, Action.ARM),
          row(STARTING, CRASHED, IDLE, Action.ARM),
          row(STARTING, CRASHED_TOO_OFTEN, THROTTLED, Action.ANSWER_THROTTLED, Action.ARM),
          row(RUNNING, STOP, EXITING, Action.TERMINATE),
          row(RUNNING, PORT_BACK, EXITING),
          row(RUNNING, EXITED, IDLE, Action.ARM),
          row(RUNNING, CRASHED, IDLE, Action.ARM),
          row(RUNNING, CRASHED_TOO_OFTEN, THROTTLED, Action.ANSWER_THROTTLED, Action.ARM),
          row(EXITING, STOP, EXITING, Action.KILL),
          row(EXITING, TIME_OVER, EXITING, Action.KILL),
          row(EXITING, EXITED, IDLE, Action.ARM),
          row(EXITING, CRASHED, IDLE, Action.ARM),
          row(EXITING, CRASHED_TOO_OFTEN, THROTTLED, Action.ANSWER_THROTTLED, Action.ARM),
          row(EXITING, SPAWN_FAILED, IDLE, Action.ANSWER_FAILED, Action.ARM),
          row(EXITING, SPAWN_FAILED_TOO_OFTEN, THROTTLED, Action.ANSWER_FAILED, Action.ARM),
          row(THROTTLED, DEMAND, THROTTLED, Action.ANSWER_THROTTLED, Action.ARM),
          row(THROTTLED, KICK, STARTING, Action.SPAWN),
          row(THROTTLED, TIME_OVER, IDLE, Action.ARM),
          row(DISABLED, DEMAND, DISABLED, Action.ANSWER_DISABLED, Action.ARM));

  private Transitions() {}

  private static Row row(JobState from, Cause cause, JobState to, Action... actions) {
    return new Row(from, cause, to, List.of(actions));
  }

  /** The arrow of this cause out of this state. */
  public static Optional<Row> of(JobState from, Cause cause) {
    return ROWS.stream().filter(row -> row.from() == from && row.cause() == cause).findFirst();
  }
}
