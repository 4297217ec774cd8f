// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import org.portunus.abi.mach.TrailerElements;

/**
 * Body of {@link KernelOperation#MESSAGE_RECEIVE_OPTIONS}.
 *
 * <pre>
 *   i32 name of a port or set
 *   i64 time-out in nanoseconds: -1 waits for ever, 0 not at all
 *   i32 options: MessageOption and TrailerElements
 *   i32 limit: most bytes of message and trailer together, as XNU counts them
 *   i64 guard of ports that are guarded on receipt
 * </pre>
 */
public record ReceiveQuestion(int name, long timeoutNanos, int options, int limit, long guard) {
  /** No message is too large. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  /** Waits so long for a message of any size, and asks for so much of its trailer. */
  public static ReceiveQuestion of(int name, long timeoutNanos, TrailerElements elements) {
    return new ReceiveQuestion(name, timeoutNanos, elements.option(), NO_LIMIT, 0);
  }

  public byte[] toBytes() {
    WireWriter out = new WireWriter().i32(name).i64(timeoutNanos).i32(options);
    return out.i32(limit).i64(guard).toBytes();
  }

  public static ReceiveQuestion read(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    ReceiveQuestion question =
        new ReceiveQuestion(
            in.i32("name"),
            in.i64("time-out"),
            in.i32("options"),
            in.i32("limit"),
            in.i64("guard"));
    in.end();
    return question;
  }
}
