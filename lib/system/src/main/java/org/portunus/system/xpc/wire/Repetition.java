// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.wire;

/** Whether a call whose fate is unknown may be made again. */
public enum Repetition {
  NEVER,
  /** Once, after INTERRUPTED: the method is idempotent. */
  ONCE
}
