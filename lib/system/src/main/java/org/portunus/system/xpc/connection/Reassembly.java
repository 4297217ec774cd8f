// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.portunus.abi.wire.ConnectionFrame;
import org.portunus.abi.wire.ConnectionFrame.Kind;
import org.portunus.abi.wire.MalformedFrameException;

/**
 * Puts fragments together. Used by the reader only. It never holds more than the longest message,
 * and grows with what has arrived, not with what is announced.
 */
final class Reassembly {
  private static final byte[] NOTHING = {};

  /** A whole message: its body, its rights. */
  record Message(byte[] body, MessageRights rights) {}

  /** What all frames of a message have in common. */
  private record First(Kind kind, long call, int object, int method, boolean oneway) {
    static First of(FrameHead head) {
      return new First(head.kind(), head.call(), head.object(), head.method(), head.isOneway());
    }
  }

  private @Nullable First first;
  private MessageRights rights = MessageRights.NONE;
  private byte[] bytes = NOTHING;
  private int length;

  boolean isOpen() {
    return first != null;
  }

  /** Whether the frame is all of its message, and nothing is open. */
  boolean isWhole(FrameHead head) {
    return first == null && !head.hasMore();
  }

  /**
   * Takes a frame that is not the whole of its message.
   *
   * @param limit longest message, bytes
   * @return the message, once its last frame has come
   */
  Optional<Message> add(FrameHead head, InboundFrame source, int limit)
      throws MalformedFrameException {
    First known = first;
    if (known == null) {
      first = First.of(head);
      rights = source.takeRights();
    } else {
      checkContinues(known, head);
    }
    append(source, head.length(), limit);
    if (head.hasMore()) {
      if (head.length() == 0) {
        throw new MalformedFrameException("empty fragment");
      }
      return Optional.empty();
    }
    Message message =
        new Message(length == bytes.length ? bytes : Arrays.copyOf(bytes, length), rights);
    forget();
    return Optional.of(message);
  }

  private static void checkContinues(First first, FrameHead next) throws MalformedFrameException {
    if (!first.equals(First.of(next))) {
      throw new MalformedFrameException(
          "a frame of another message between fragments of call "
              + Long.toUnsignedString(first.call()));
    }
    if (next.rights() != 0) {
      throw new MalformedFrameException("rights with a fragment that is not the first");
    }
  }

  private void append(InboundFrame source, int more, int limit) throws MalformedFrameException {
    if (more > limit - length) {
      throw new MalformedFrameException("message of more than " + limit + " bytes");
    }
    if (more > bytes.length - length) {
      int size = Math.max(length + more, (int) Math.min(limit, 2L * bytes.length));
      bytes = Arrays.copyOf(bytes, size);
    }
    System.arraycopy(source.bytes(), ConnectionFrame.HEAD, bytes, length, more);
    length += more;
  }

  private void forget() {
    first = null;
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
