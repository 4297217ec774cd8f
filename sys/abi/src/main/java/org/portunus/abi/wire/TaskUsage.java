// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/**
 * What the kernel holds for a task and may at most, by {@link TaskMessage#INFO}.
 *
 * <pre>
 *   i32 suspend count
 *   i32 names        i32 limit
 *   i32 messages     i32 limit
 *   i64 bytes        i64 limit
 *   i32 send-once    i32 limit
 *   i32 blocked sends
 *   i32 pending receives
 *   i32 descriptors in custody
 * </pre>
 */
public record TaskUsage(
    int suspendCount,
    Limited names,
    Limited messages,
    Limited bytes,
    Limited sendOnce,
    int blockedSends,
    int pendingReceives,
    int descriptors) {
  /** Number of this information in {@link TaskMessage#INFO}; none of XNU's. */
  public static final int FLAVOR = 0x7001;

  /** TASK_AUDIT_TOKEN: who the task is, an {@link AuditToken}. */
  public static final int AUDIT_TOKEN_FLAVOR = 15;

  /** How much there is and may be. */
  public record Limited(long held, long limit) {}

  public byte[] toBytes() {
    WireWriter out = new WireWriter().i32(suspendCount);
    words(out, names);
    words(out, messages);
    out.i64(bytes.held()).i64(bytes.limit());
    words(out, sendOnce);
    return out.i32(blockedSends).i32(pendingReceives).i32(descriptors).toBytes();
  }

  private static void words(WireWriter out, Limited what) {
    out.i32((int) what.held()).i32((int) what.limit());
  }

  public static TaskUsage read(WireReader in) throws MalformedFrameException {
    return new TaskUsage(
        in.i32("suspend count"),
        words(in),
        words(in),
        new Limited(in.i64("bytes"), in.i64("limit")),
        words(in),
        in.i32("blocked sends"),
        in.i32("pending receives"),
        in.i32("descriptors"));
  }

  private static Limited words(WireReader in) throws MalformedFrameException {
    return new Limited(in.i32("held"), in.i32("limit"));
  }
}
