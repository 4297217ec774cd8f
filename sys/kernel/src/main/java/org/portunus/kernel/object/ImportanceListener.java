// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import java.util.Optional;
import org.portunus.abi.mach.Qos;

/** Hears how urgently tasks work. */
@FunctionalInterface
public interface ImportanceListener {
  /**
   * As a continuation: it may call any operation.
   *
   * @param effective what the task works at when this is called
   * @param by whose message raised it; empty if it works less urgently, or was granted more
   */
  void changed(Task task, Qos effective, Optional<Task> by);
}
