// SPDX-License-Identifier: Apache-2.0
package org.portunus.launchd.job;

import org.portunus.abi.error.ErrorCode;

/** What the supervisor has to do after a change of a job, in the order given. */
public sealed interface Effect {
  /** Ask the kernel for a task. */
  record Spawn(String reason) implements Effect {}

  /** Ask the kernel to have the job's task end in good order. */
  record Terminate(String reason) implements Effect {}

  /** Ask the kernel to end the job's task. */
  record Kill(String reason) implements Effect {}

  /** Ask to be told of the next message in each port that launchd holds for the job. */
  record Arm() implements Effect {}

  /** Answer every connection request in the job's ports with this error. */
  record Answer(ErrorCode code, String text) implements Effect {}

  /** Write an event about the job: its name, and why. */
  record Note(String event, String reason) implements Effect {}
}
