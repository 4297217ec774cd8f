// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.MalformedFrameException;

/**
 * Puts fragments together. Used by the reader only. It never holds more than the longest message,
 * and grows with what has arrived, not with what is announced.
 */
final class Reassembly {
  private static final byte[] NOTHING = {};

  /** A whole message: the head of its first frame, its body, its rights. */
  record Message(ConnectionFrame head, byte[] body, MessageRights rights) {}

  private Optional<ConnectionFrame> head = Optional.empty();
  private MessageRights rights = MessageRights.NONE;
  private byte[] bytes = NOTHING;
  private int length;

  boolean isOpen() {
    return head.isPresent();
  }

  /**
   * Takes a frame.
   *
   * @param body at the frame's body, which is copied
   * @param limit longest message, bytes
   * @return the message, once its last frame has come
   */
  Optional<Message> add(ConnectionFrame frame, ByteBuffer body, InboundFrame source, int limit)
      throws MalformedFrameException {
    if (head.isEmpty() && !frame.hasMore()) {
      return Optional.of(whole(frame, body, source, limit));
    }
    if (head.isPresent()) {
      checkContinues(head.get(), frame);
    } else {
      head = Optional.of(frame);
      rights = source.takeRights();
    }
    append(body, limit);
    if (frame.hasMore()) {
      if (frame.bodyLength() == 0) {
        throw new MalformedFrameException("empty fragment");
      }
      return Optional.empty();
    }
    Message message =
        new Message(
            head.get(), length == bytes.length ? bytes : Arrays.copyOf(bytes, length), rights);
    forget();
    return Optional.of(message);
  }

  private static Message whole(
      ConnectionFrame frame, ByteBuffer body, InboundFrame source, int limit)
      throws MalformedFrameException {
    if (body.remaining() > limit) {
      throw new MalformedFrameException("message of more than " + limit + " bytes");
    }
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    return new Message(frame, bytes, source.takeRights());
  }

  private static void checkContinues(ConnectionFrame first, ConnectionFrame next)
      throws MalformedFrameException {
    boolean same =
        next.kind() == first.kind()
            && next.call() == first.call()
            && next.object() == first.object()
            && next.method() == first.method()
            && next.isOneway() == first.isOneway();
    if (!same) {
      throw new MalformedFrameException(
          "a frame of another message between fragments of call "
              + Long.toUnsignedString(first.call()));
    }
    if (next.rights() != 0) {
      throw new MalformedFrameException("rights with a fragment that is not the first");
    }
  }

  private void append(ByteBuffer body, int limit) throws MalformedFrameException {
    int more = body.remaining();
    if (more > limit - length) {
      throw new MalformedFrameException("message of more than " + limit + " bytes");
    }
    if (more > bytes.length - length) {
      int size = Math.max(length + more, (int) Math.min(limit, 2L * bytes.length));
      bytes = Arrays.copyOf(bytes, size);
    }
    body.get(bytes, length, more);
    length += more;
  }

  private void forget() {
    head = Optional.empty();
    rights = MessageRights.NONE;
    bytes = NOTHING;
    length = 0;
  }

  /** The session has ended: drops what is incomplete. */
  void discard() {
    rights.drop();
    forget();
  }
}
