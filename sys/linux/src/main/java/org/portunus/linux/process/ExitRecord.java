// SPDX-License-Identifier: Apache-2.0
package org.portunus.linux.process;

import java.time.Duration;

/**
 * How a process ended and what it used, itself and the children it awaited.
 *
 * @param maximumResident the most physical memory it held at once, bytes
 */
public record ExitRecord(
    Outcome outcome, Duration userTime, Duration systemTime, long maximumResident) {

  /** How it ended, waitid(2). */
  public sealed interface Outcome {
    /** By exit(3) with this code, 0 to 255. */
    record Exited(int code) implements Outcome {}

    /** Killed by this signal. */
    record Killed(int signal) implements Outcome {}

    /** Killed by this signal, leaving a core dump. */
    record Dumped(int signal) implements Outcome {}
  }

  /** Whether it ended by exit code 0. */
  public boolean isSuccess() {
    return outcome instanceof Outcome.Exited(int code) && code == 0;
  }
}
