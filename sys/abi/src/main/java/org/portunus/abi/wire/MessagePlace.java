// SPDX-License-Identifier: Apache-2.0
package org.portunus.abi.wire;

/**
 * Where the message of a right stands, as one end of its connection sees it. Alone it is the body
 * of RIGHTS_WITHDRAW and RIGHTS_DISCARD.
 *
 * <pre>
 *   i64 connection
 *   u8  side                  of the caller: 0 client, 1 service
 *   u64 sequence              position of the message's first frame in its direction
 * </pre>
 */
public record MessagePlace(long connection, ConnectionSide side, long sequence) {
  public byte[] toBytes() {
    WireWriter out = new WireWriter();
    write(out);
    return out.toBytes();
  }

  void write(WireWriter out) {
    out.i64(connection).u8(side.number()).i64(sequence);
  }

  public static MessagePlace read(byte[] body) throws MalformedFrameException {
    WireReader in = new WireReader(body);
    MessagePlace place = read(in);
    in.end();
    return place;
  }

  static MessagePlace read(WireReader in) throws MalformedFrameException {
    long connection = in.i64("connection");
    ConnectionSide side = ConnectionSide.read(in);
    long sequence = in.i64("sequence");
    if (sequence < 0) {
      throw new MalformedFrameException("sequence is " + sequence);
    }
    return new MessagePlace(connection, side, sequence);
  }
}
