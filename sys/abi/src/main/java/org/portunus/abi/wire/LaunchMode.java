// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/** What a launch is for. */
public enum LaunchMode {
  /** Work: nobody looks inside. */
  ORDINARY,
  /**
   * Development: the task also offers a debugger, has 64 MiB of files of its own in memory, and its
   * filters allow the calls that make and remove them. Granted by the administrator alone.
   */
  DEVELOPMENT
}
