// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.job;

/** What can happen to a job. The last five are decided by the job itself from what it knows. */
public enum Cause {
  /** A message waits in a port that launchd holds for the job. */
  DEMAND,
  /** An administrator starts it. */
  KICK,
  /** An administrator ends it. */
  STOP,
  /** The task says that it serves its ports. */
  READY,
  /** A receive right came back while the task was still there. */
  PORT_BACK,
  /** The kernel or the bundle refused the start. */
  SPAWN_FAILED,
  /** As SPAWN_FAILED, and it was one crash too many. */
  SPAWN_FAILED_TOO_OFTEN,
  /** The task is gone: it ended by itself with 0, or by an order. */
  EXITED,
  /** The task is gone in any other way. */
  CRASHED,
  /** As CRASHED, and it was one crash too many. */
  CRASHED_TOO_OFTEN,
  /** The time that the state allows is over. */
  TIME_OVER
}
