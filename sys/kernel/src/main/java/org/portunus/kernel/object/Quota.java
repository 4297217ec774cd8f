// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * What the kernel holds for one task at most.
 *
 * @param names entries of its space
 * @param messages sent by it, or to it by send-once rights, and not yet received, blocked ones
 *     included; also the limit of its pending receives
 * @param bytes of those messages: data, and {@link #MESSAGE_COST}, {@link #RIGHT_COST} and {@link
 *     #PORT_COST} for the rest
 * @param sendOnce send-once rights that it made, unread messages by such rights included: also the
 *     limit of unread notifications
 */
public record Quota(int names, int messages, long bytes, int sendOnce) {
  public static final int MESSAGE_COST = 256;
  public static final int RIGHT_COST = 64;

  /** Of a receive right in a message, beside RIGHT_COST: the port goes with it. */
  public static final int PORT_COST = 1024;

  public static final Quota STANDARD = new Quota(4096, 4096, 16L << 20, 8192);
}
