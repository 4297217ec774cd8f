// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.mach;

import java.util.Arrays;
import java.util.Optional;

/**
 * Ports that the kernel keeps for a task, numbered as TASK_*_PORT in mach/task_special_ports.h;
 * those that this system has.
 */
public enum SpecialPort {
  /** The control port itself. */
  KERNEL(1),
  /** The host port; nobody's but launchd's. */
  HOST(2),
  NAME(3),
  BOOTSTRAP(4),
  INSPECT(5),
  READ(6),
  /** Hears when the task meets a limit: {@link org.portunus.abi.wire.ResourceMessage}. */
  RESOURCE_NOTIFY(11);

  private final int number;

  SpecialPort(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The task's own port that this is; empty for one that somebody else receives from. */
  public Optional<TaskFlavor> flavor() {
    return switch (this) {
      case KERNEL -> Optional.of(TaskFlavor.CONTROL);
      case READ -> Optional.of(TaskFlavor.READ);
      case INSPECT -> Optional.of(TaskFlavor.INSPECT);
      case NAME -> Optional.of(TaskFlavor.NAME);
      case HOST, BOOTSTRAP, RESOURCE_NOTIFY -> Optional.empty();
    };
  }

  public static Optional<SpecialPort> of(int number) {
    return Arrays.stream(values()).filter(port -> port.number == number).findFirst();
  }
}
