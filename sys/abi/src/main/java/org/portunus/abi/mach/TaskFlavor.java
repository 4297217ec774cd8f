// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a send right to a task's port lets its holder do, numbered as TASK_FLAVOR_* in
 * mach/task_info.h, the strongest first. Whoever has one can get any weaker one, and no stronger.
 */
public enum TaskFlavor {
  /** Everything: end the task, change its special and exception ports, lower its limits. */
  CONTROL(0),
  /** Suspend it, resume it, list its names. */
  READ(1),
  /** What the kernel holds for it, and its limits. */
  INSPECT(2),
  /** Who it is. */
  NAME(3);

  private final int number;

  TaskFlavor(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** Whether a right of this flavour is enough where the other one is asked for. */
  public boolean includes(TaskFlavor needed) {
    return number <= needed.number;
  }

  public static Optional<TaskFlavor> of(int number) {
    return Arrays.stream(values()).filter(flavor -> flavor.number == number).findFirst();
  }
}
