// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/** Where a job stands. */
public enum JobState {
  /** No task; launchd holds the ports and waits for the first demand. */
  IDLE,
  /** The kernel was asked for a task, which has not yet taken all of its ports. */
  STARTING,
  RUNNING,
  /** The task gave its ports back or was told to end; it is not gone yet. */
  EXITING,
  /** It crashed too often; demand is answered with launch.throttled until the pause is over. */
  THROTTLED,
  /** Its property list says so; demand is answered with launch.failed. */
  DISABLED
}
