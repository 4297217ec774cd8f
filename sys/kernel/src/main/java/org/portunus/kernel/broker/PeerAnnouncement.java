// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;

/**
 * From the broker to the kernel, with one descriptor: a program outside has connected. The kernel
 * answers each with a {@link PeerAnswer}, in order.
 *
 * @param session audit session, one for each program that connects
 * @param pid on the host: information for people, never a reason
 */
public record PeerAnnouncement(int uid, int gid, int session, int pid) {
  /** What the kernel answers once, when launchd takes look-ups. */
  public static final byte READY = 1;

  /**
   * What the broker says once, alone, when nobody new is to come: the kernel ends with the last.
   */
  public static final byte DRAIN = 2;

  /** Longest message of the channel between broker and kernel, bytes. */
  public static final int MAX_BYTES = 1024;

  byte[] toBytes() {
    return new WireWriter().i32(uid).i32(gid).i32(session).i32(pid).toBytes();
  }

  public static PeerAnnouncement read(byte[] bytes) throws MalformedFrameException {
    WireReader in = new WireReader(bytes);
    int uid = in.i32("uid");
    int gid = in.i32("gid");
    int session = in.i32("session");
    int pid = in.i32("pid");
    in.end();
    return new PeerAnnouncement(uid, gid, session, pid);
  }
}
