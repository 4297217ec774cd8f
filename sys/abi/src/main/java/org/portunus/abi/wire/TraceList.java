// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;
import org.portunus.abi.mach.MessageStep;

/**
 * Steps of messages, in their order.
 *
 * @param next what to ask for next
 * @param lost steps that were overwritten before anybody asked for them
 * @param more whether others wait already
 */
public record TraceList(long next, long lost, boolean more, List<Entry> entries) {
  /** Most entries of one answer. */
  public static final int MOST = 500;

  /** The kernel as a sender. */
  public static final long KERNEL = 0;

  public TraceList {
    entries = List.copyOf(entries);
  }

  /**
   * One step of one message.
   *
   * @param at nanoseconds of the monotonic clock
   * @param id the message's
   * @param sender counter of the sender's TaskId, or {@link #KERNEL}
   * @param receiver likewise of who receives from the port; {@link NameList#KERNEL}, {@link
   *     NameList#NOBODY}
   * @param port the receiver's name for it, 0 if it has none
   * @param bytes of inline data
   * @param rights to ports, the reply's among them
   * @param descriptors other than those of ports
   */
  public record Entry(
      long at,
      MessageStep step,
      int id,
      long sender,
      long receiver,
      int port,
      int bytes,
      int rights,
      int descriptors) {}

  public byte[] toBytes() {
    WireWriter out = new WireWriter().i64(next).i64(lost).u8(more ? 1 : 0).i32(entries.size());
    for (Entry entry : entries) {
      out.i64(entry.at()).u8(entry.step().number()).i32(entry.id());
      out.i64(entry.sender()).i64(entry.receiver()).i32(entry.port());
      out.i32(entry.bytes()).u16(entry.rights()).u16(entry.descriptors());
    }
    return out.toBytes();
  }

  public static TraceList read(WireReader in) throws MalformedFrameException {
    long next = in.i64("next");
    long lost = in.i64("lost");
    boolean more = in.u8("more") != 0;
    List<Entry> entries = new ArrayList<>();
    for (int left = in.i32("steps", 0, MOST); left > 0; left--) {
      entries.add(
          new Entry(
              in.i64("time"),
              step(in.u8("step")),
              in.i32("id"),
              in.i64("sender"),
              in.i64("receiver"),
              in.i32("port"),
              in.i32("bytes"),
              in.u16("rights"),
              in.u16("descriptors")));
    }
    in.end();
    return new TraceList(next, lost, more, entries);
  }

  private static MessageStep step(int number) throws MalformedFrameException {
    return MessageStep.of(number)
        .orElseThrow(() -> new MalformedFrameException("step is " + number));
  }
}
