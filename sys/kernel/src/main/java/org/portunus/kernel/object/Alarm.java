// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/** Who wakes the objects when a time has come. */
@FunctionalInterface
public interface Alarm {
  /**
   * Runs the action once, later, on the thread of the objects.
   *
   * @return cancels it; has no effect once it has run
   */
  Runnable after(long nanos, Runnable action);
}
