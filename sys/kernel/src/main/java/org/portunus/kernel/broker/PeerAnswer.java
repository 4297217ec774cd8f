// SPDX-License-Identifier: Apache-2.0
package org.portunus.kernel.broker;

import org.portunus.abi.wire.MalformedFrameException;
import org.portunus.abi.wire.WireReader;
import org.portunus.abi.wire.WireWriter;

/**
 * From the kernel to the broker: whether the program announced longest ago is a task now. Only then
 * it is given its end of the kernel socket; else it gets these bytes instead.
 *
 * @param error 0, or the number of an ErrorCode
 * @param detail why it is refused
 */
public record PeerAnswer(int error, String detail) {
  /** It is a task. */
  public static final PeerAnswer ADMITTED = new PeerAnswer(0, "");

  private static final int MAX_DETAIL = 512;

  public byte[] toBytes() {
    return new WireWriter().i32(error).text(detail, MAX_DETAIL).toBytes();
  }

  static PeerAnswer read(byte[] bytes) throws MalformedFrameException {
    WireReader in = new WireReader(bytes);
    int error = in.i32("error");
    String detail = in.string("detail", MAX_DETAIL);
    in.end();
    return new PeerAnswer(error, detail);
  }
}
