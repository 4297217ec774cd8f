// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.xpc.connection;

/**
 * The body of a message that has come, and its rights, which belong to whoever takes them. Kept for
 * the next one: no garbage once the array has grown. Not for several threads.
 */
final class MessageBody {
  private static final int FIRST_CAPACITY = 512;
  private static final int KEPT_CAPACITY = 256 * 1024;
  private static final byte[] NOTHING = {};

  private byte[] bytes = NOTHING;
  private int length;
  private MessageRights rights = MessageRights.NONE;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  MessageRights rights() {
    return rights;
  }

  void copy(byte[] source, int offset, int size, MessageRights travelled) {
    if (bytes.length < size) {
      bytes = new byte[Math.max(FIRST_CAPACITY, size)];
    }
    System.arraycopy(source, offset, bytes, 0, size);
    length = size;
    rights = travelled;
  }

  /** Takes what nobody else uses any more. */
  void adopt(byte[] whole, MessageRights travelled) {
    bytes = whole;
    length = whole.length;
    rights = travelled;
  }

  /** Forgets the message, and an array that is too long to be kept. */
  void clear() {
    length = 0;
    rights = MessageRights.NONE;
    if (bytes.length > KEPT_CAPACITY) {
      bytes = NOTHING;
    }
  }
}
