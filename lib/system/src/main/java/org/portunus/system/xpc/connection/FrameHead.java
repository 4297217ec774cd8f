// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.ByteBuffer;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.MalformedFrameException;

/** The head of the frame that is being read, the same object for each. Not for several threads. */
final class FrameHead {
  private Kind kind = Kind.HELLO;
  private int flags;
  private int rights;
  private int method;
  private long call;
  private int object;
  private int length;

  /** Takes over what the frame says, once it was checked; its tickets are the frame's. */
  void read(InboundFrame frame, int received) throws MalformedFrameException {
    ByteBuffer bytes = frame.check(received);
    kind = ConnectionFrame.kind(bytes, 0);
    flags = ConnectionFrame.flags(bytes, 0);
    rights = ConnectionFrame.rights(bytes, 0);
    method = ConnectionFrame.method(bytes, 0);
    call = ConnectionFrame.call(bytes, 0);
    object = ConnectionFrame.object(bytes, 0);
    length = ConnectionFrame.bodyLength(bytes, 0);
    if ((flags & ConnectionFrame.TICKETS) != 0) {
      frame.readTickets(ConnectionFrame.HEAD + length, rights);
    }
  }

  Kind kind() {
    return kind;
  }

  boolean hasMore() {
    return (flags & ConnectionFrame.MORE) != 0;
  }

  boolean isOneway() {
    return (flags & ConnectionFrame.ONEWAY) != 0;
  }

  /** How many come with the frame, as descriptors or tickets. */
  int rights() {
    return rights;
  }

  int method() {
    return method;
  }

  long call() {
    return call;
  }

  int object() {
    return object;
  }

  /** Bytes of the body. */
  int length() {
    return length;
  }
}
