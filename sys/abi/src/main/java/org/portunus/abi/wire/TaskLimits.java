// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/**
 * What the kernel holds for a task at most, as {@link TaskMessage#LOWER_LIMITS} says it.
 *
 * <pre>
 *   i32 names
 *   i32 messages
 *   i64 bytes
 *   i32 send-once rights
 * </pre>
 */
public record TaskLimits(int names, int messages, long bytes, int sendOnce) {
  public byte[] toBytes() {
    return new WireWriter().i32(names).i32(messages).i64(bytes).i32(sendOnce).toBytes();
  }

  public static TaskLimits read(WireReader in) throws MalformedFrameException {
    TaskLimits limits =
        new TaskLimits(
            in.i32("names", 0, Integer.MAX_VALUE),
            in.i32("messages", 0, Integer.MAX_VALUE),
            in.i64("bytes"),
            in.i32("send-once rights", 0, Integer.MAX_VALUE));
    in.end();
    return limits;
  }
}
