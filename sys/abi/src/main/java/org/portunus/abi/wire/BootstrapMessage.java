// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/**
 * Message ids on the bootstrap port, which every task holds a send right to and launchd receives
 * from. A reply has the request's id plus {@link #REPLY}; its data begin with an i32: 0, or the
 * number of an ErrorCode followed by a string.
 */
public final class BootstrapMessage {
  /** Added to a request's id in its reply. */
  public static final int REPLY = 100;

  /** Data: string name. Reply: one send right. */
  public static final int LOOK_UP = 2001;

  /** The sender, which launchd started, serves all of its ports now. No data, no reply. */
  public static final int SERVING = 2003;

  /**
   * How the last process of a service ended. Data: string name. Reply: string, empty when nothing
   * is known of an end that just was.
   */
  public static final int LAST_END = 2005;

  private BootstrapMessage() {}
}
