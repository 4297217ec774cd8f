// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.portunus.abi.mach.Qos;

/** Hears how urgently tasks work. */
@FunctionalInterface
public interface ImportanceListener {
  /** As a continuation: it may call any operation. What a task works at when it is called. */
  void changed(Task task, Qos effective);
}
