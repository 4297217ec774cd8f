// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * Names of tasks, a part of all.
 *
 * @param more whether others follow
 */
public record NameList(List<Entry> entries, boolean more) {
  /** Most entries of one message. */
  public static final int MOST = 800;

  /** Most bytes of powers of one entry; what is longer is cut. */
  public static final int MOST_POWERS = 400;

  /** Most bytes of powers of one message, but for the last entry. */
  public static final int MOST_TEXT = 8 << 10;

  /** The receiver of a port whose receive right is in a message. */
  public static final long NOBODY = 0;

  /** The receiver of a port that the kernel receives from. */
  public static final long KERNEL = -1;

  public NameList {
    entries = List.copyOf(entries);
  }

  /**
   * One name.
   *
   * @param type mask of RightKind.typeBit
   * @param sends user references of a send right
   * @param receiver counter of the TaskId of who receives from the port, or {@link #NOBODY} or
   *     {@link #KERNEL}
   * @param receiverName its name for the port
   * @param set a set that the port is in, 0 if it is in none
   * @param powers what a diminished send right lacks, as {@link SendPowers#toText} says it
   */
  public record Entry(
      long task,
      int name,
      int type,
      int sends,
      long receiver,
      int receiverName,
      int queued,
      int set,
      String powers) {}

  public byte[] toBytes() {
    WireWriter out = new WireWriter().u8(more ? 1 : 0).i32(entries.size());
    for (Entry entry : entries) {
      out.i64(entry.task()).i32(entry.name()).i32(entry.type()).i32(entry.sends());
      out.i64(entry.receiver()).i32(entry.receiverName()).i32(entry.queued()).i32(entry.set());
      out.text(entry.powers(), MOST_POWERS);
    }
    return out.toBytes();
  }

  public static NameList read(WireReader in) throws MalformedFrameException {
    boolean more = in.u8("more") != 0;
    List<Entry> entries = new ArrayList<>();
    for (int left = in.i32("names", 0, MOST); left > 0; left--) {
      entries.add(
          new Entry(
              in.i64("task"),
              in.i32("name"),
              in.i32("type"),
              in.i32("send references"),
              in.i64("receiver"),
              in.i32("receiver's name"),
              in.i32("queued messages"),
              in.i32("set"),
              in.string("powers", MOST_POWERS)));
    }
    in.end();
    return new NameList(entries, more);
  }
}
