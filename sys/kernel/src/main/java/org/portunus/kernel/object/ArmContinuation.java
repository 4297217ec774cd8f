// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

import org.portunus.abi.mach.KernReturn;

/** What happens when an armed port or set has a message. Called at most once; must not throw. */
@FunctionalInterface
public interface ArmContinuation {
  /** SUCCESS: a message waits. RCV_PORT_DIED: the receive right or set is gone from the space. */
  void fired(KernReturn result, int name);
}
