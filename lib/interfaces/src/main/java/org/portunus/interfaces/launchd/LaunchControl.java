// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Service;

/**
 * The control service of launchd.
 *
 * <p>Only programs outside the sandboxes may give orders; a sandboxed task that tries gets
 * policy.denied.
 */
@Service("org.portunus.launchd.control")
public interface LaunchControl {
  /** Instance and jobs at this moment. */
  @MethodId(1)
  Status status();

  /** What the kernel holds at this moment. */
  @MethodId(2)
  InstanceCounts counts();

  /**
   * Starts the job now, also out of a throttle; nothing happens if it runs. Returns when the start
   * was asked for, not when the job is ready.
   *
   * @throws org.portunus.abi.error.PortunusException NAME_UNKNOWN for a label that no job has,
   *     LAUNCH_FAILED for a disabled job
   */
  @MethodId(3)
  void kick(String label);

  /**
   * Ends the job's task if it runs, in good order: it answers the calls it has, and is killed if
   * that takes longer than the job's ExitTimeOut, or at a second stop. The next demand starts it
   * again. Returns when the end was asked for.
   *
   * @throws org.portunus.abi.error.PortunusException NAME_UNKNOWN for a label that no job has
   */
  @MethodId(4)
  void stop(String label);
}
