// SPDX-License-Identifier: Apache-2.0
package org.portunus.interfaces.launchd;

/** What happened to a message in the kernel. */
public enum MessageStep {
  /** It is in its destination's queue, or on its way to who waits there. */
  SENT,
  /** Its sender waits for room in the queue. */
  BLOCKED,
  /** A task or the kernel has received it. */
  RECEIVED,
  /** It went back to its sender, with all that it carried. */
  RETURNED,
  /** It was destroyed, with all that it carried. */
  DESTROYED
}
