// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.object;

/**
 * What the kernel holds for one task at most.
 *
 * @param names entries of its space
 * @param messages sent by it and not yet received, blocked ones included
 * @param bytes of those messages: data, and {@link #MESSAGE_COST} and {@link #RIGHT_COST} for the
 *     rest
 * @param sendOnce send-once rights of each port that it receives from, unread messages by such
 *     rights included: also the limit of unread notifications
 */
public record Quota(int names, int messages, long bytes, int sendOnce) {
  public static final int MESSAGE_COST = 256;
  public static final int RIGHT_COST = 64;
  public static final Quota STANDARD = new Quota(4096, 4096, 16L << 20, 4096);
}
