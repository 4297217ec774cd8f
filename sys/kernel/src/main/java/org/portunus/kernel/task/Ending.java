// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.task;

import java.util.Optional;
import org.portunus.linux.process.ExitRecord;

/**
 * How a task's process ended.
 *
 * @param status its exit status, -1 if it has none
 * @param signal the signal that ended it, 0 if none did
 */
public record Ending(int status, int signal) {
  /** Of a task without a process, too. */
  public static Ending of(Optional<ExitRecord> exit) {
    return exit.map(ExitRecord::outcome).map(Ending::of).orElse(new Ending(-1, 0));
  }

  private static Ending of(ExitRecord.Outcome outcome) {
    return switch (outcome) {
      // bubblewrap tells a signal of its child as 128 and the number.
      case ExitRecord.Outcome.Exited(int status) when status > 128 -> new Ending(-1, status - 128);
      case ExitRecord.Outcome.Exited(int status) -> new Ending(status, 0);
      case ExitRecord.Outcome.Killed(int number) -> new Ending(-1, number);
      case ExitRecord.Outcome.Dumped(int number) -> new Ending(-1, number);
    };
  }

  /** Whether it ended otherwise than by its own will and in good order. */
  boolean isCrash() {
    return signal > 0 || status > 0;
  }
}
