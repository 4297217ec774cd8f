// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/**
 * Which steps of messages somebody wants to see.
 *
 * @param after the {@link TraceList#next} of the answer before; {@link #BEGIN} for the first
 * @param task counter of the TaskId of a sender or receiver; {@link #ANY}
 * @param id of the messages; {@link #ANY}
 */
public record TraceQuestion(long after, long task, int id) {
  /** From now on. */
  public static final long BEGIN = -1;

  /** Whatever it is. */
  public static final int ANY = 0;

  public byte[] toBytes() {
    return new WireWriter().i64(after).i64(task).i32(id).toBytes();
  }

  public static TraceQuestion read(WireReader in) throws MalformedFrameException {
    TraceQuestion question = new TraceQuestion(in.i64("after"), in.i64("task"), in.i32("id"));
    in.end();
    return question;
  }
}
